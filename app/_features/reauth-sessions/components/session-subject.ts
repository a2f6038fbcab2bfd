/** Whom and what a session is for, as the dialog shows it: read-only, and drawn by the server. */
export interface SessionSubject {
  exchangeId: string;
  customerName: string;
  bank: string | null;
  partner: string;
  cause: string | null;
  /** The configured addresses an app may return to. */
  redirects: readonly string[];
}
