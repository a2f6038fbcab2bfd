/** Whether Dwolla can be asked, as screens say it. Instants are ISO 8601. */
export interface Reachability {
  state: "answers" | "silent" | "limited";
  /** When Dwolla last answered anything: so old is what is shown. Null before the first answer. */
  answeredAt: string | null;
  /** When Dwolla's rate limit ends; set while it is `limited`. */
  resumesAt: string | null;
  /** This can become something else by the mere passing of time: then look again. */
  reviewAfterMs: number | null;
  now: string;
}
