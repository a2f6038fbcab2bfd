import { setTimeout as pause } from "node:timers/promises";
import type { CustomerId, ExchangeId, FundingSourceId, WebhookId, WebhookSubscriptionId } from "#domain/ids.ts";
import { createDwollaClient, type DwollaClient } from "#dwolla/client.ts";
import { type DwollaError, isDwollaError } from "#dwolla/errors.ts";
import { controlSimulator } from "#features/simulator-controls/data.ts";
import { createPlainApi, type PlainApi } from "./plain-api.ts";
import { type RecordedAnswer, recordAnswers } from "./recorded-answers.ts";

/** The partners whose exchanges can be signed in to again. */
export const PARTNERS = ["plaid", "mx"] as const;
export type Partner = (typeof PARTNERS)[number];

/** The calls that a walk has to make: all of the client's methods that ask Dwolla something. */
export type ClientCall = Exclude<keyof DwollaClient, "close" | "parseEvent">;

export type SideOptions = {
  origin: string;
  key: string;
  secret: string;
  isSimulator: boolean;
  /** As registered at Dwolla: an https address for iOS, a package name for Android. */
  redirects: { ios: string | null; android: string | null };
};

/** What a walk uses and finds on its way; the later steps stand on it. */
export type Ground = {
  customerId: CustomerId | null;
  customerType: string;
  customerOrigin: "made" | "found again" | "given" | "none";
  exchanges: Partial<Record<Partner, { id: ExchangeId; status: string }>>;
  /** Banks that were not typed in by this program. */
  bankIds: FundingSourceId[];
  refused: { bankId: FundingSourceId; exchangeId: ExchangeId | null } | null;
  subscriptionId: WebhookSubscriptionId | null;
  webhookId: WebhookId | null;
  sessions: Partial<Record<Partner | "broken", string>>;
};

export type Asked<Value> = {
  /** The answer that ended the call, and that of the token's endpoint where one had to be asked for. */
  answer: RecordedAnswer | null;
  tokenAnswer: RecordedAnswer | null;
  value: Value | undefined;
  failure: DwollaError | null;
};

/** What has to be put right when a walk ends, however it ends. */
export type Undo = { what: string; run(): Promise<unknown> };

export type Side = ReturnType<typeof openSide>;

/** One Dwolla that is walked: the real sandbox, or a simulator. */
export function openSide(options: SideOptions) {
  const { origin, key, secret, isSimulator } = options;
  const client: DwollaClient = createDwollaClient({ baseUrl: origin, key, secret });
  const api: PlainApi = createPlainApi(options);
  const recorder = recordAnswers(new URL(origin).origin);
  const undo: Undo[] = [];
  const ground: Ground = {
    customerId: null,
    customerType: "unverified",
    customerOrigin: "none",
    exchanges: {},
    bankIds: [],
    refused: null,
    subscriptionId: null,
    webhookId: null,
    sessions: {},
  };

  return {
    ...options,
    client,
    api,
    ground,
    undo,

    /** One call of the client, with the answer as it came. */
    async ask<Value>(call: (client: DwollaClient) => Promise<Value>): Promise<Asked<Value>> {
      recorder.take();
      const outcome = await call(client).then(
        (value) => ({ value, failure: null }),
        (error: unknown) => {
          if (isDwollaError(error)) return { value: undefined, failure: error };
          throw error;
        },
      );
      const { token, last } = recorder.take();
      return { ...outcome, answer: last, tokenAnswer: token };
    },

    /** Asks until the answer will do: what Dwolla does on the side takes it a while. */
    async untilTrue(isThere: () => Promise<boolean>): Promise<boolean> {
      for (let attempt = 0; attempt < (isSimulator ? 1 : PATIENT_ATTEMPTS); attempt += 1) {
        if (attempt > 0) await pause(PAUSE_MS);
        if (await isThere()) return true;
      }
      return false;
    },

    /** What only a simulator can do. */
    async control(path: string, body: object = {}): Promise<void> {
      if (!isSimulator) throw new Error("only a simulator has controls");
      await controlSimulator(origin, "POST", path, body);
    },

    async close(): Promise<void> {
      recorder.close();
      await client.close();
    },
  };
}

const PATIENT_ATTEMPTS = 10;
const PAUSE_MS = 2_000;
