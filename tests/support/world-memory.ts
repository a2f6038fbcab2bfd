import { WARNING_NOTICE_MS } from "#domain/exchange-health.ts";

export type WorldMemory = ReturnType<typeof worldMemory>;
export type Link = { id: string; customerId: string; partner: string };

/** From this moment on the list is wrong without it, until it is over. */
export interface Onset {
  exchangeId: string;
  kind: "warning" | "break";
  at: Date;
  until: Date | null;
}

/** What has happened in a restless world, and so what of it nobody at the desk could know. */
export function worldMemory(now: () => Date) {
  /** When each link was warned of last. */
  const warnedAt = new Map<string, number>();
  /** Links whose customer signed in at the bank before the announced end, without a word to us. */
  const settledSilently = new Map<string, Link>();
  /** Warned of, broken, and not looked at yet. */
  const unseenBreaks = new Set<string>();
  const removedLinks = new Set<string>();
  const goneCustomers = new Set<string>();
  const onsets: Onset[] = [];
  const stories = new Map<string, string[]>();

  function endOnset(id: string): void {
    const last = onsets.findLast(({ exchangeId }) => exchangeId === id);
    if (last) last.until ??= now();
  }

  function beginOnset(id: string, kind: Onset["kind"]): void {
    endOnset(id);
    onsets.push({ exchangeId: id, kind, at: now(), until: null });
  }

  const isNoticeRunning = (id: string) =>
    now().getTime() - (warnedAt.get(id) ?? Number.NEGATIVE_INFINITY) <= WARNING_NOTICE_MS;
  const isThere = ({ id, customerId }: Link) => !removedLinks.has(id) && !goneCustomers.has(customerId);

  return {
    onsets,
    goneCustomers,
    isNoticeRunning,
    isThere,
    /** Whether a repair could come before anybody has seen that an announced end came: the desk could then not know of either. */
    isUnseen: ({ id }: Link) => unseenBreaks.has(id),
    allWasLookedAt: () => unseenBreaks.clear(),
    storyOf: (id: string) => stories.get(id) ?? [],
    tell(id: string, what: string): void {
      stories.set(id, [...(stories.get(id) ?? []), `${now().toISOString()} ${what}`]);
    },
    wasWarnedOf: (id: string) => warnedAt.has(id),
    noteOldWarning: (id: string, at: Date) => void warnedAt.set(id, at.getTime()),
    noteWarning(id: string): void {
      beginOnset(id, "warning");
      warnedAt.set(id, now().getTime());
      settledSilently.delete(id);
    },
    noteBreak(id: string): void {
      beginOnset(id, "break");
      settledSilently.delete(id);
      if (isNoticeRunning(id)) unseenBreaks.add(id);
    },
    noteSilence: (link: Link) => void settledSilently.set(link.id, link),
    noteRepair: endOnset,
    noteRemoval(id: string): void {
      endOnset(id);
      removedLinks.add(id);
    },
    /**
     * Links that work and whose customers have signed in, but of which nothing but the warning is known: Dwolla has no event for a
     * repair, a bank that answers answered before, and nobody said anything. Until the notice is over they stay on the list.
     */
    knownToNobody: (): string[] =>
      [...settledSilently.values()].filter((link) => isThere(link) && isNoticeRunning(link.id)).map(({ id }) => id),
  };
}
