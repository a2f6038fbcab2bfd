import { AsyncLocalStorage } from "node:async_hooks";
import { isUuid } from "#domain/ids.ts";

/** Why Dwolla is being asked: whose press or look, or which job, and what it is about. */
export interface CallCause {
  /** Null where nobody pressed: a job, or a stranger who asks whether we are ready. */
  staffMemberId: string | null;
  /** An action of the audit trail, a job's name, or what a page reads. */
  act: string;
  jobId: string | null;
  /** Of our own request or job run, as in the audit trail. */
  requestId: string;
  concerns: CallSubject | null;
}

export interface CallSubject {
  type: (typeof TYPE_OF_ID)[keyof typeof TYPE_OF_ID];
  id: string;
}

/** What an input or a payload is about, by the name that ours give to its id; the first that is there counts. */
const TYPE_OF_ID = {
  attemptId: "reauth_session",
  sessionId: "reauth_session",
  eventId: "event",
  sweepId: "sweep",
  proofId: "proof",
  catchUpId: "catch_up",
  exchangeId: "exchange",
  customerId: "customer",
  subscriptionId: "webhook_subscription",
} as const;

export function subjectOf(input: unknown): CallSubject | null {
  const given = (typeof input === "object" && input !== null ? input : {}) as Record<string, unknown>;
  for (const [name, type] of Object.entries(TYPE_OF_ID)) {
    const id = given[name];
    if (typeof id === "string" && isUuid(id)) return { type, id };
  }
  return null;
}

// One for the process: Next loads this module more than once, and the client is shared.
const shared = globalThis as typeof globalThis & { reconnectCallCauses?: AsyncLocalStorage<CallCause> };

/** From now on causes are followed through whatever is awaited. It costs a little everywhere, so without a call log nobody begins. */
export function followCauses(): void {
  shared.reconnectCallCauses ??= new AsyncLocalStorage();
}

/** Whatever this work asks of Dwolla, it asks for this cause. */
export function causing<Result>(cause: CallCause, work: () => Result): Result {
  return shared.reconnectCallCauses ? shared.reconnectCallCauses.run(cause, work) : work();
}

export function currentCause(): CallCause | null {
  return shared.reconnectCallCauses?.getStore() ?? null;
}
