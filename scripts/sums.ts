export interface Sums {
  passed: number;
  failed: number;
}

export function addSums(parts: readonly Sums[]): Sums {
  return {
    passed: parts.reduce((sum, { passed }) => sum + passed, 0),
    failed: parts.reduce((sum, { failed }) => sum + failed, 0),
  };
}

export function sumsLine({ passed, failed }: Sums): string {
  return `${passed} passed, ${failed} failed`;
}
