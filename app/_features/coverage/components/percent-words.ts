/** Never rounded up to all or down to nothing. */
export function percentWords(part: number, of: number): string {
  if (of === 0 || part === 0) return "0 %";
  const percent = (100 * part) / of;
  return percent < 1 ? "<1 %" : `${Math.floor(percent)} %`;
}
