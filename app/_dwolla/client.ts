import { createAccessToken } from "./access-token.ts";
import { readAnswer } from "./answer.ts";
import { balanceCheckCalls } from "./balance-check.ts";
import { parseBaseAddress } from "./base-address.ts";
import { type CallBudget, type CallPriority, UNLIMITED } from "./call-budget.ts";
import { createCircuitBreaker } from "./circuit-breaker.ts";
import { customerCalls } from "./customers.ts";
import { eventCalls } from "./events.ts";
import { exchangePartnerCalls } from "./exchange-partners.ts";
import { exchangeSessionCalls } from "./exchange-sessions.ts";
import { exchangeCalls } from "./exchanges.ts";
import { fundingSourceCalls } from "./funding-sources.ts";
import { type CallRecord, createPool, createSend, DEFAULT_LIMITS, type DwollaLimits } from "./request.ts";
import { createCall, type Sleep, sleepUntilAborted } from "./retry.ts";
import { webhookSubscriptionCalls } from "./webhook-subscriptions.ts";
import { type CallOptions, getRequest } from "./wire-request.ts";
import { resourceShape } from "./wire-schema.ts";

export type DwollaClientOptions = {
  /** An origin: `https://api.dwolla.com`, `https://api-sandbox.dwolla.com`, or the simulator on the loopback interface. */
  baseUrl: string;
  key: string;
  secret: string;
  limits?: Partial<DwollaLimits>;
  /** Hears of every HTTP attempt, the token's too. What it throws is dropped. */
  onCall?: (record: CallRecord) => unknown;
  /** None unless given. */
  budget?: CallBudget;
  clock?: () => Date;
  sleep?: Sleep;
  /** 0 to 1, for spreading the pauses between attempts. */
  random?: () => number;
};

/** Without `withPriority`: what calls are made with has been decided by whoever hands it on. */
export type DwollaClient = Omit<ReturnType<typeof createDwollaClient>, "withPriority">;

/**
 * A client with its own connections, token and rate-limit breaker: share one per process and environment.
 * Its methods throw a DwollaError (`isDwollaError`), or a TypeError for an id that is not a UUID.
 */
export function createDwollaClient({
  baseUrl,
  key,
  secret,
  limits: changedLimits,
  onCall = () => {},
  budget = UNLIMITED,
  clock = () => new Date(),
  sleep = sleepUntilAborted,
  random = Math.random,
}: DwollaClientOptions) {
  const base = parseBaseAddress(baseUrl);
  const limits = { ...DEFAULT_LIMITS, ...changedLimits };
  const { totalTimeoutMs } = limits;
  const pool = createPool(base, limits);
  const breaker = createCircuitBreaker({ clock, probeMs: totalTimeoutMs, budget });
  const send = createSend({ pool, base, breaker, clock, onCall });
  const accessToken = createAccessToken({ send, key, secret, clock, totalTimeoutMs });
  const callAs = createCall({ send, budget, accessToken, totalTimeoutMs, sleep, random });
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= pool.close();
    return closing;
  };
  const methods = { person: methodsOf("person"), proof: methodsOf("proof"), sweep: methodsOf("sweep") };

  /** The same connections and token; calls that are short of budget wait by their priority. */
  return { ...methods.person, withPriority: (priority: CallPriority) => methods[priority] };

  function methodsOf(priority: CallPriority) {
    const call = callAs(priority);
    return {
      ...customerCalls(call),
      ...exchangeCalls(call, base),
      ...exchangePartnerCalls(call),
      ...exchangeSessionCalls(call, base),
      ...fundingSourceCalls(call),
      ...balanceCheckCalls(call, base),
      ...eventCalls(call, base),
      ...webhookSubscriptionCalls(call, base),

      /** Resolves when Dwolla accepts the key and secret. @see https://developers.dwolla.com/docs/api-reference/root */
      async checkCredentials({ signal }: CallOptions = {}): Promise<{ requestId: string | null }> {
        const request = getRequest("/", { signal });
        const answer = await call(request);
        readAnswer(resourceShape, request, answer);
        return { requestId: answer.requestId };
      },

      /** Lets calls under way end, refuses new ones, of every priority. */
      close,
    };
  }
}
