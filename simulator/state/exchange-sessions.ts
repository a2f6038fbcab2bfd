import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Partner } from "../world/partners.ts";

export const ACCOUNTS = ["same", "different"] as const;
export type Account = (typeof ACCOUNTS)[number];

export type ExchangeSession = {
  id: string;
  partner: Partner;
  customerId: string;
  /** The exchange to sign in to again; none for a session that connects a new bank. */
  exchangeId: string | undefined;
  redirect: string | undefined;
  created: number;
  state: "open" | "completed" | "abandoned";
  /** When the customer completed or left it. */
  endedAt: number | undefined;
  /** With which of their accounts the customer signed in: the one behind the exchange, or another. */
  account: Account | undefined;
  /** What opens the bank's page: a Plaid Link token, or the last part of an MX address. Never the session's id. */
  secret: string;
};

type NewExchangeSession = Pick<ExchangeSession, "partner" | "customerId" | "exchangeId" | "redirect">;

/** Plaid: a Link token in update mode "expires in 30 minutes". MX publishes no life; ours is the same. */
const SESSION_LIFE_MS = 30 * 60_000;

export class ExchangeSessions {
  readonly #clock: Clock;
  readonly #byId = new Map<string, ExchangeSession>();
  readonly #bySecret = new Map<string, ExchangeSession>();
  readonly #secretsEverIssued = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  create(request: NewExchangeSession): ExchangeSession {
    const secret =
      request.partner.session === "token" ? `link-sandbox-${randomUUID()}` : randomBytes(16).toString("hex");
    const session: ExchangeSession = {
      ...request,
      id: randomUUID(),
      created: this.#clock.now(),
      state: "open",
      endedAt: undefined,
      account: undefined,
      secret,
    };
    this.#byId.set(session.id, session);
    this.#bySecret.set(secret, session);
    this.#secretsEverIssued.add(secret);
    return session;
  }

  get(id: string): ExchangeSession | undefined {
    return this.#byId.get(id);
  }

  /** Oldest first. */
  ofExchange(exchangeId: string): ExchangeSession[] {
    return [...this.#byId.values()].filter((session) => session.exchangeId === exchangeId);
  }

  complete(session: ExchangeSession, account: Account): void {
    Object.assign(session, { state: "completed", endedAt: this.#clock.now(), account });
  }

  abandon(session: ExchangeSession): void {
    Object.assign(session, { state: "abandoned", endedAt: this.#clock.now() });
  }

  bySecret(secret: string): ExchangeSession | undefined {
    return this.#bySecret.get(secret);
  }

  isExpired({ created }: ExchangeSession): boolean {
    return this.#clock.now() >= created + SESSION_LIFE_MS;
  }

  /** Every token and address, also of sessions that a reset forgot: what a search for leaks has to look for. */
  recordServedAddress(address: string): void {
    this.#secretsEverIssued.add(address);
  }

  secrets(): string[] {
    return [...this.#secretsEverIssued];
  }

  reset(): void {
    this.#byId.clear();
    this.#bySecret.clear();
  }
}
