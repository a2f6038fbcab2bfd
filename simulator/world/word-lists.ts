type Words = readonly [string, ...string[]];

export const firstNames = words(`
  Amara, Anders, Anneliese, Aoife, Arjun, Astrid, Beatriz, Bertrand, Camila, Chidi, Chloé, Dagny, Delphine, Dmitri,
  Eamon, Elif, Emeka, Esther, Fatima, Farid, Fernando, Freya, Gabriela, Gunther, Hana, Hiroshi, Ibrahim, Imani,
  Ingrid, Isabel, Jaylen, Jin, João, Josefa, Kaia, Kwame, Lakshmi, Leif, Lucía, Magnus, Malik, Mei, Mireille,
  Nadia, Ngozi, Noor, Olamide, Oskar, Paloma, Priya, Quentin, Rafael, Ravi, Rosalind, Saoirse, Selim, Siobhán,
  Søren, Tamsin, Thandiwe, Tomás, Umar, Valentina, Viktor, Wanjiru, Winifred, Xiomara, Yara, Yusuf, Zainab, Zoë,
  Zsófia`);

export const lastNames = words(`
  Abernathy, Achterberg, Adeyemi, Bakker, Banerjee, Beauchamp, Björk, Calloway, Castellanos, Chaudhry, Cisneros,
  D'Arcy, Dlamini, Duarte, Eklund, Escobedo, Farrokhzad, Fitzgerald, Fontaine, Gallagher, Gunawardena, Halvorsen,
  Haruki, Hollingsworth, Ibáñez, Ishikawa, Jankowski, Kapoor, Katz, Kowalczyk, Lindqvist, MacAllister, Mbeki,
  McNamara, Meyer-Lüdtke, Montague, Nakagawa, Ndlovu, Nguyễn, O'Sullivan, Okafor, Oyelaran, Papadakis, Petrović,
  Quispe, Ramanathan, Rasmussen, Reyes, Rothschild-Blum, Sandoval, Schaefer, Ström, Tanaka, Thackeray, Tuiasosopo,
  Ueda, Van der Berg, Vasquez, Villanueva, Wachowski, Whitfield, Xu, Yamamoto, Yıldız, Zapata, Zielinski`);

export const businessWords = words(`
  Alder, Beacon, Bluestem, Cedar Hollow, Copperline, Driftwood, Eastgate, Fernhill, Foxglove, Granite Bay,
  Harborlight, Ironwood, Juniper, Kestrel, Larkspur, Millstone, Northfield, Oakhaven, Pinecrest, Quarry Road,
  Redwing, Saltmarsh, Thistledown, Umber, Violet Street, Willowbrook, Yarrow, Zephyr`);

export const businessTrades = words(`
  Bakery, Bicycles, Books, Brewing, Carpentry, Catering, Childcare, Dental, Design, Electric, Farms, Florists,
  Freight, Furniture, Landscaping, Logistics, Masonry, Music School, Nutrition, Optics, Plumbing, Property Care,
  Roasters, Roofing, Tailors, Veterinary`);

export const streets = words(`
  Alder Street, Bridge Road, Canal Row, Chestnut Avenue, Depot Lane, Elm Court, Foundry Way, Garden Terrace,
  Harbor View, Juniper Drive, Kiln Lane, Maple Street, Mill Road, Orchard Place, Quarry Hill, Station Street`);

export const cities: readonly [readonly [string, string, string], ...(readonly [string, string, string])[]] = [
  ["Des Moines", "IA", "50309"],
  ["Albany", "NY", "12207"],
  ["Boise", "ID", "83702"],
  ["Duluth", "MN", "55802"],
  ["El Paso", "TX", "79901"],
  ["Fresno", "CA", "93721"],
  ["Knoxville", "TN", "37902"],
  ["Mobile", "AL", "36602"],
  ["Portland", "ME", "04101"],
  ["Santa Fe", "NM", "87501"],
  ["Tacoma", "WA", "98402"],
  ["Wilmington", "DE", "19801"],
];

export const bankNames = words(`
  Cascade Federal Credit Union, Chestnut Savings Bank, Evergreen Community Bank, First Meridian Bank,
  Great Lakes Mutual, Harbor Trust, Keystone Commerce Bank, Lakeside Credit Union, Prairie National Bank,
  Silver Creek Bank, Summit & Sons Bankers, Tidewater Savings, Union Valley Bank, Windward Bank`);

function words(list: string): Words {
  const [first = "", ...rest] = list.split(",").map((word) => word.trim());
  return [first, ...rest];
}
