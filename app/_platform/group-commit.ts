/** Two: while one transaction waits for the disk, the next one is filled. */
const MAX_UNDER_WAY = 2;

/**
 * Items that arrive while a write is under way are written together by the next one: nobody waits while it is quiet, and a burst
 * costs a few transactions. Each caller learns of its own write: a failed one rejects for all that were in it.
 */
export function createGroupCommit<Item>(write: (items: Item[]) => Promise<unknown>, maxItems: number) {
  const waiting: { item: Item; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let underWay = 0;

  async function writeNext(): Promise<void> {
    if (waiting.length === 0 || underWay >= MAX_UNDER_WAY) return;
    const group = waiting.splice(0, maxItems);
    underWay += 1;
    try {
      await write(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      underWay -= 1;
      void writeNext();
    }
  }

  return (item: Item): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // After this turn of the event loop, so that a burst that has arrived already goes together.
      setImmediate(() => void writeNext());
    });
}
