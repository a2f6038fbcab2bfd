import { byTime, type Signal, type SignalSource, saysWhetherItWorks } from "./exchange-health.ts";

/** A signal together with what it is about. `exchangeId` is null where nobody knows which exchange a balance speaks for. */
export interface Evidence extends Signal {
  exchangeId: string | null;
  fundingSourceId: string | null;
  source: SignalSource;
  /** Dwolla's id of the event that the signal is; null of all other kinds. */
  eventId: string | null;
  /** When we asked. `speaksOfAt` can be earlier, because Dwolla answers balances from a cache. */
  observedAt: Date;
}

/**
 * Which of the signals seen now are worth a row. What was asked for on purpose always is, and an event is once. A sweep sees the
 * same thing every time, so only what changes something is: another value or another exchange than last time; an answer that turns the exchange's verdict;
 * a balance that answers while a repair case is open, because only a dated proof closes one.
 */
export function newEvidence<E extends Evidence>(
  seen: readonly E[],
  stored: readonly Evidence[],
  exchangesWithOpenCase: ReadonlySet<string>,
): E[] {
  const lastOfSubject = lastOfEach([...stored].sort(byObservation), subjectOf);
  const lastAnswer = lastOfEach(stored.filter(saysWhetherItWorks).sort(byTime), exchangeOf);
  // Two accounts behind one exchange can differ; the refusal is what counts, as in exchangeHealth.
  const answerSeen = lastOfEach(seen.filter(saysWhetherItWorks).sort(byTime), exchangeOf);

  const heard = new Set(stored.map(({ eventId }) => eventId));

  return seen.filter((signal) => {
    const { exchangeId, value, source, eventId } = signal;
    if (eventId !== null) return !heard.has(eventId) && heard.add(eventId);
    if (source !== "sweep") return true;
    const last = lastOfSubject.get(subjectOf(signal));
    if (last?.value !== value || last.exchangeId !== exchangeId) return true;
    if (exchangeId === null || answerSeen.get(exchangeId)?.value !== value) return false;
    const known = lastAnswer.get(exchangeId);
    if (!known || known.speaksOfAt >= signal.speaksOfAt) return false;
    return known.value !== value || (value === "answered" && exchangesWithOpenCase.has(exchangeId));
  });
}

function exchangeOf({ exchangeId }: Evidence): string | null {
  return exchangeId;
}

function subjectOf({ kind, exchangeId, fundingSourceId }: Evidence): string {
  return kind === "balance_check" ? `balance of ${fundingSourceId}` : `${kind} of ${exchangeId}`;
}

function byObservation(a: Evidence, b: Evidence): number {
  return a.observedAt.getTime() - b.observedAt.getTime() || byTime(a, b);
}

function lastOfEach<E>(line: readonly E[], keyOf: (item: E) => string | null): Map<string, E> {
  const last = new Map<string, E>();
  for (const item of line) {
    const key = keyOf(item);
    if (key !== null) last.set(key, item);
  }
  return last;
}
