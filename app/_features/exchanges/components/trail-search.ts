/** Everything on record about an exchange since an instant (ISO), whatever period the trail shows by itself. */
export function trailSearch(exchangeId: string, since: string): string {
  return `target:${exchangeId} created:>=${since.slice(0, 10)}`;
}
