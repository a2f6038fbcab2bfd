const BEAT_MS = 2_000;

/** Says what is being done, adds a dot every two seconds, and ends the line with the time it took. */
export async function step<Result>(title: string, run: () => Promise<Result>): Promise<Result> {
  const startedAt = Date.now();
  process.stdout.write(`${title} `);
  const beat = setInterval(() => process.stdout.write("."), BEAT_MS);
  try {
    const result = await run();
    process.stdout.write(` ${seconds(startedAt)}\n`);
    return result;
  } catch (error) {
    process.stdout.write("\n");
    throw error;
  } finally {
    clearInterval(beat);
  }
}

export function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
