/** 32 well-mixed bits for four numbers: the same numbers give the same bits on every machine (murmur3's finalizer). */
export function hash(seed: number, salt: number, index: number, slot: number): number {
  let bits = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15) ^ salt, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 13) ^ index, 0x27d4eb2f);
  bits = Math.imul(bits ^ (bits >>> 16) ^ slot, 0x165667b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A number in [0, 1). */
export function share(seed: number, salt: number, index: number, slot = 0): number {
  return hash(seed, salt, index, slot) / 2 ** 32;
}

export function pick<Item>(items: readonly [Item, ...Item[]], position: number): Item {
  return items[Math.floor(position * items.length)] ?? items[0];
}

/** The item whose share of the whole `position` (0..1) falls into; shares are summed in the order given. */
export function pickByShare<Item>(
  shares: readonly [readonly [Item, number], ...(readonly [Item, number])[]],
  position: number,
): Item {
  let sum = 0;
  for (const [item, part] of shares) {
    sum += part;
    if (position < sum) return item;
  }
  return shares[0][0];
}

/** One number per trait of the world, so that a new trait never changes the draws of another. */
export const salt = {
  idFirst: 1,
  idSecond: 2,
  idThird: 3,
  idFourth: 4,
  idMaskHigh: 5,
  idMaskLow: 6,
  customerType: 10,
  customerStatus: 11,
  firstName: 12,
  lastName: 13,
  businessName: 14,
  businessKind: 15,
  emailForm: 16,
  address: 17,
  city: 18,
  createdJitter: 19,
  exchangeCount: 30,
  partner: 31,
  fate: 32,
  cause: 33,
  exchangeAge: 34,
  brokenFor: 35,
  fundingSourceCount: 50,
  bank: 51,
  accountType: 52,
  fundingSourceRemoved: 53,
  manualBank: 54,
  balance: 55,
  fundingSourceVerified: 56,
  eventNoise: 70,
  eventTopic: 71,
  eventAge: 72,
  earlyWarning: 73,
} as const;
