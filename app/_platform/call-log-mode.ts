/** What is kept of each call of Dwolla: nothing; who, what, when and how it ended; or that and the bodies, allow-listed. */
export const CALL_LOGS = ["off", "metadata", "bodies"] as const;
export type CallLogMode = (typeof CALL_LOGS)[number];

/** Who calls Dwolla: `command` is one of our commands on a person's own command line. */
export type CallingProcess = "web" | "worker" | "command";
