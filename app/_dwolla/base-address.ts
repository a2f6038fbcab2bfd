import type {
  CustomerId,
  DwollaSessionId,
  ExchangeId,
  ExchangePartnerId,
  WebhookId,
  WebhookSubscriptionId,
} from "#domain/ids.ts";

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const UUID_IN_PATH = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";

/** Where Dwolla is, and the only way to get something out of an address that Dwolla sent. */
export type BaseAddress = {
  origin: string;
  customerIdIn(href: unknown): CustomerId | null;
  exchangePartnerIdIn(href: unknown): ExchangePartnerId | null;
  /** From the address that `UpdateCredentials` gives for making a re-auth session. */
  exchangeIdInSessionsAddress(href: unknown): ExchangeId | null;
  sessionIdIn(href: unknown): DwollaSessionId | null;
  webhookIdIn(href: unknown): WebhookId | null;
  webhookSubscriptionIdIn(href: unknown): WebhookSubscriptionId | null;
  /** Of any resource: the part of its path before the id, and the id. */
  resourceIn(href: unknown): { kind: string; id: string } | null;
  /** May a person's browser be sent there: https, or our own host when that is a loopback simulator. */
  isSafeForBrowser(href: string): boolean;
};

/** @throws TypeError when the address is not `https://host[:port]` (plain http is for loopback only). */
export function parseBaseAddress(baseUrl: string): BaseAddress {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  const isLoopbackHttp = base?.protocol === "http:" && LOOPBACK_HOSTS.has(base.hostname);
  if (!base || !(base.protocol === "https:" || isLoopbackHttp)) {
    throw new TypeError("baseUrl must be an https address, or http on the loopback interface");
  }
  if (hasUserInfo(base) || base.pathname !== "/" || base.search !== "" || base.hash !== "") {
    throw new TypeError("baseUrl must be an origin, without user, path, query or fragment");
  }

  const match = (href: unknown, path: RegExp): RegExpExecArray | null => {
    if (typeof href !== "string" || !URL.canParse(href)) return null;
    const url = new URL(href);
    return url.origin === base.origin && !hasUserInfo(url) ? path.exec(url.pathname) : null;
  };
  const idIn = (href: unknown, path: RegExp): string | null => match(href, path)?.[1]?.toLowerCase() ?? null;

  return {
    origin: base.origin,
    customerIdIn: (href) => idIn(href, CUSTOMER_PATH) as CustomerId | null,
    exchangePartnerIdIn: (href) => idIn(href, EXCHANGE_PARTNER_PATH) as ExchangePartnerId | null,
    exchangeIdInSessionsAddress: (href) => idIn(href, EXCHANGE_SESSIONS_PATH) as ExchangeId | null,
    sessionIdIn: (href) => idIn(href, SESSION_PATH) as DwollaSessionId | null,
    webhookIdIn: (href) => idIn(href, WEBHOOK_PATH) as WebhookId | null,
    webhookSubscriptionIdIn: (href) => idIn(href, WEBHOOK_SUBSCRIPTION_PATH) as WebhookSubscriptionId | null,
    resourceIn: (href) => {
      const [, kind, id] = match(href, ANY_RESOURCE_PATH) ?? [];
      return kind && id ? { kind, id: id.toLowerCase() } : null;
    },
    isSafeForBrowser: (href) => {
      if (!URL.canParse(href)) return false;
      const url = new URL(href);
      if (hasUserInfo(url)) return false;
      return url.protocol === "https:" || (isLoopbackHttp && url.origin === base.origin);
    },
  };
}

const CUSTOMER_PATH = wholePath("/customers/", "");
const EXCHANGE_PARTNER_PATH = wholePath("/exchange-partners/", "");
const EXCHANGE_SESSIONS_PATH = wholePath("/exchanges/", "/exchange-sessions");
const SESSION_PATH = wholePath("/exchange-sessions/", "");
const WEBHOOK_PATH = wholePath("/webhooks/", "");
const WEBHOOK_SUBSCRIPTION_PATH = wholePath("/webhook-subscriptions/", "");
const ANY_RESOURCE_PATH = new RegExp(`^/([a-z-]{1,40})/${UUID_IN_PATH}$`, "i");

function wholePath(before: string, after: string): RegExp {
  return new RegExp(`^${before}${UUID_IN_PATH}${after}$`, "i");
}

function hasUserInfo(url: URL): boolean {
  return url.username !== "" || url.password !== "";
}
