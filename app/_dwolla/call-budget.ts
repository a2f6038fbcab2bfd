/** Who waits for whom when calls are short: a person for nobody, a proof for people, a sweep for all. */
export type CallPriority = "person" | "proof" | "sweep";

/** How many calls may go to Dwolla, and when. One that many processes share is behind it or not: the client cannot tell. */
export type CallBudget = {
  /** Null: at once. Else when the call's turn has come. Rejects when the signal fires first. */
  take(priority: CallPriority, signal: AbortSignal | undefined): Promise<void> | null;
  /** Until when Dwolla's rate limit holds, as far as anybody who shares the budget knows. */
  resumesAt(): Date | null;
  /** Dwolla has just answered 429: nobody calls before then. */
  rateLimited(resumesAt: Date): void;
};

export const UNLIMITED: CallBudget = { take: () => null, resumesAt: () => null, rateLimited: () => undefined };
