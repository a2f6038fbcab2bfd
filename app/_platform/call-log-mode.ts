/** What is kept of each call of Dwolla: nothing; who, what, when and how it ended; or that and the bodies, allow-listed. */
export const CALL_LOGS = ["off", "metadata", "bodies"] as const;
export type CallLogMode = (typeof CALL_LOGS)[number];
