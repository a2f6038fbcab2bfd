type HostileName = { firstName: string; lastName: string };

/**
 * Names that break careless screens, exports and queries. Each stands at a fixed place among the first 200 customers of every
 * seed and has a broken exchange, so that the worklist has to show it.
 */
export const hostileNames: ReadonlyMap<number, HostileName> = new Map([
  [4, { firstName: "يوسف", lastName: "الحدّاد" }],
  [11, { firstName: "=1+1", lastName: "+SUM(A1:A9)" }],
  [23, { firstName: "<script>alert(1)</script>", lastName: '"><img src=x onerror=alert(2)>' }],
  [37, { firstName: "👩‍👩‍👧‍👦", lastName: "🦊 Fox" }],
  [58, { firstName: "Wolfeschlegelsteinhausen".repeat(9).slice(0, 200), lastName: "Längsten" }],
  [79, { firstName: "Robert'); DROP TABLE customers;--", lastName: "%_\\" }],
  [101, { firstName: "\u202Egnp.tnemyap", lastName: "\u200Bשרה" }],
  [137, { firstName: '@SUM(1,2)|"cmd"', lastName: "-2+3,\tcomma" }],
]);
