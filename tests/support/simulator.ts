import type { exchangeView } from "../../simulator/controls/exchange-view.ts";
import type { webhookView } from "../../simulator/controls/webhook-view.ts";
import { startSimulator } from "../../simulator/server.ts";
import type { FaultRequest } from "../../simulator/state/faults.ts";
import type { LoggedRequest } from "../../simulator/state/request-log.ts";
import type { Mischief } from "../../simulator/state/webhooks.ts";
import type { Break, PartnerBreak } from "../../simulator/world/breaks.ts";
import type { PartnerName } from "../../simulator/world/partners.ts";
import type { Truth } from "../../simulator/world/truth.ts";

export type BreakAs = Break;
type Settings = {
  tokenLifetimeSeconds?: number;
  redirectAddresses?: string[];
  callsPerSecond?: number | null;
  latencyMs?: number;
};
type SentWebhook = ReturnType<typeof webhookView>;
type WebhookList = { webhooks: SentWebhook[]; total: number; dropped: number };
type WebhookChoice = { id?: string; topic?: string; resourceId?: string };
type LinkedBank = { customerId: string; exchangeId: string; fundingSourceId: string };
type FoundCustomer = {
  customerId: string;
  firstName: string;
  lastName: string;
  email: string;
  isMade: boolean;
  exchanges: { exchangeId: string; partner: PartnerName; condition: string; bank: string }[];
};
type NewEvent = {
  topic: string;
  customerId: string;
  resource: { path: "exchanges" | "funding-sources" | "customers"; id: string };
};

export type SimulatorControls = ReturnType<typeof simulatorControls>;
export type TestSimulator = Awaited<ReturnType<typeof startTestSimulator>>;

type World = {
  customers?: number;
  seed?: number;
  machineNow?: () => number;
  webhooksKept?: number;
  /** Where its scenario files are: those of this clone unless a test writes some. */
  scenarioFolder?: string | undefined;
};

/** A simulated Dwolla in this process on a free port, with its controls as functions. A refused control rejects. */
export async function startTestSimulator({ customers = 200, seed = 1, ...others }: World = {}) {
  const { url, stop } = await startSimulator({ customers, seed, ...others, port: 0 });
  return { stop, ...simulatorControls(url) };
}

/** The controls of a simulated Dwolla that runs already, as functions. A refused control rejects. */
export function simulatorControls(url: string) {
  const control = <Answer>(method: string, path: string, body?: object) => callControl<Answer>(url, method, path, body);
  const exchange = (id: string, verb: string, body?: object) =>
    control<unknown>("POST", `/exchanges/${id}/${verb}`, body);
  const session = (id: string, verb: string, body?: object) =>
    control<unknown>("POST", `/exchange-sessions/${id}/${verb}`, body);
  const webhooks = async (verb: string, choice: object) =>
    (await control<{ webhooks: SentWebhook[] }>("POST", `/webhooks/${verb}`, choice)).webhooks;

  return {
    url,
    truth: () => control<Truth>("GET", "/truth"),
    break: (exchangeId: string, as: BreakAs, options: { webhook?: boolean } = {}) =>
      exchange(exchangeId, "break", { as, ...options }),
    repair: (exchangeId: string) => exchange(exchangeId, "repair"),
    exchange: (exchangeId: string) => control<ReturnType<typeof exchangeView>>("GET", `/exchanges/${exchangeId}`),
    breakPartner: (partner: string, as: PartnerBreak) => control<unknown>("POST", `/partners/${partner}/break`, { as }),
    repairPartner: (partner: string) => control<unknown>("POST", `/partners/${partner}/repair`),
    completeSession: (sessionId: string, account: "same" | "different" = "same") =>
      session(sessionId, "complete", { account }),
    abandonSession: (sessionId: string) => session(sessionId, "abandon"),
    requests: async (filter: { path?: string; method?: string } = {}) => {
      const { requests } = await control<{ requests: LoggedRequest[] }>(
        "GET",
        `/requests?${new URLSearchParams(filter)}`,
      );
      return requests;
    },
    clearRequests: () => control<unknown>("DELETE", "/requests"),
    fault: (request: FaultRequest) => control<unknown>("POST", "/faults", request),
    clearFaults: () => control<unknown>("DELETE", "/faults"),
    /** Every session token and address issued so far. */
    secrets: async () => (await control<{ secrets: string[] }>("GET", "/secrets")).secrets,
    accessTokens: async () => (await control<{ accessTokens: string[] }>("GET", "/secrets")).accessTokens,
    settings: (settings: Settings) => control<unknown>("POST", "/settings", settings),
    advanceClock: (seconds: number) => control<{ now: string }>("POST", "/clock", { advanceSeconds: seconds }),
    outage: (as: "none" | "down" | "hang") => control<unknown>("POST", "/outage", { as }),
    statistics: () => control<{ calls: number; rateLimited: number }>("GET", "/statistics"),
    clearStatistics: () => control<unknown>("DELETE", "/statistics"),
    addCustomers: (add: number) => control<{ customers: number }>("POST", "/customers", { add }),
    makeCustomer: (customer: { partner: PartnerName; firstName?: string; lastName?: string }) =>
      control<LinkedBank & { email: string }>("POST", "/customers", customer),
    linkBank: (customerId: string, partner: PartnerName) =>
      control<LinkedBank>("POST", `/customers/${customerId}/exchanges`, { partner }),
    findCustomers: (search: Record<string, string>) =>
      control<{ customers: FoundCustomer[]; isComplete: boolean }>("GET", `/customers?${new URLSearchParams(search)}`),
    removeCustomer: (id: string) => control<{ customers: number }>("DELETE", `/customers/${id}`),
    mischief: (mischief: Partial<Mischief>) => control<unknown>("POST", "/webhooks/mischief", mischief),
    webhooks: async () => (await control<WebhookList>("GET", "/webhooks?limit=10000")).webhooks,
    listWebhooks: (filter: Record<string, string>) =>
      control<WebhookList>("GET", `/webhooks?${new URLSearchParams(filter)}`),
    holdWebhooks: (choice: WebhookChoice) => webhooks("hold", choice),
    releaseWebhooks: (choice: WebhookChoice) => webhooks("release", choice),
    /** Sends what was sent, lost or held before: the same id, byte for byte. */
    sendWebhooks: (choice: WebhookChoice & { times?: number }) => webhooks("send", choice),
    event: async (event: NewEvent) => (await control<{ eventId: string }>("POST", "/events", event)).eventId,
    reset: () => control<unknown>("POST", "/reset"),
  };
}

async function callControl<Answer>(
  url: string,
  method: string,
  path: string,
  body: object | undefined,
): Promise<Answer> {
  const response = await fetch(`${url}/__simulator${path}`, {
    method,
    ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was refused with ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}
