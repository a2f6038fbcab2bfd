export type SeededRandom = ReturnType<typeof seededRandom>;

/** The same seed makes the same choices (mulberry32). */
export function seededRandom(seed: number) {
  let state = seed >>> 0;

  /** In [0, 1). */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  const upTo = (most: number) => Math.floor(next() * (Math.floor(most) + 1));
  return {
    /** A whole number from `least` to `most`. */
    between: (least: number, most: number) => least + upTo(most - least),
    happens: (share: number) => next() < share,
    /** Takes that many out of the items, which then has them no more; all it has where there are fewer. */
    take<Item>(items: Item[], count: number): Item[] {
      const taken: Item[] = [];
      while (taken.length < count && items.length > 0) taken.push(...items.splice(upTo(items.length - 1), 1));
      return taken;
    },
  };
}
