import type { DwollaSessionId, ExchangeId, ExchangePartnerId } from "#domain/ids.ts";
import { Secret } from "#domain/secret.ts";
import { readAnswer, shapeError } from "./answer.ts";
import type { BaseAddress } from "./base-address.ts";
import type { Call } from "./retry.ts";
import { hrefOf } from "./tolerant-fields.ts";
import { type CallOptions, getRequest, postRequest } from "./wire-request.ts";
import { exchangeSessionShape } from "./wire-schema.ts";

export type ReauthSessionRequest = {
  /** An https address for iOS or a package name for Android; left out for the web. */
  redirectUrl?: string;
  /** One per press, not per exchange: within 24 hours the same key would give back the old session. */
  idempotencyKey: string;
};

/** What the customer's browser needs to sign in at the bank. A bearer secret: never stored, never logged. */
export type Handover = { kind: "token"; token: Secret } | { kind: "address"; address: Secret } | { kind: "none" };

export type ExchangeSession = { partnerId: ExchangePartnerId | null; createdAt: Date | null; handover: Handover };

const CREATED: readonly number[] = [201];
const PRINTABLE = /^[\x21-\x7e]{1,255}$/;

export function exchangeSessionCalls(call: Call, base: BaseAddress) {
  return {
    /**
     * Makes a session for signing in to the bank again. Sent once, whatever comes back; idempotency is not documented for this endpoint.
     * @throws DwollaError whose `effect` says whether a session may exist: a 201 whose Location can't be read is `unknown`.
     * @throws TypeError for an idempotency key that can't stand in a header.
     * @see https://developers.dwolla.com/docs/api-reference/exchange-sessions (create re-auth exchange session)
     */
    async createReauthSession(
      exchangeId: ExchangeId,
      { redirectUrl, idempotencyKey }: ReauthSessionRequest,
      { signal }: CallOptions = {},
    ): Promise<{ sessionId: DwollaSessionId; requestId: string | null }> {
      if (!PRINTABLE.test(idempotencyKey)) throw new TypeError("idempotencyKey must be 1 to 255 printable characters");
      const request = postRequest("/exchanges/{id}/exchange-sessions", {
        id: exchangeId,
        headers: ["content-type", "application/vnd.dwolla.v1.hal+json", "idempotency-key", idempotencyKey],
        body: JSON.stringify(redirectUrl === undefined ? {} : { _links: { "redirect-url": { href: redirectUrl } } }),
        expects: CREATED,
        signal,
      });
      const answer = await call(request);
      const sessionId = base.sessionIdIn(answer.headers.location);
      if (sessionId === null) throw shapeError(request, answer, "location: not the address of a session at this host");
      return { sessionId, requestId: answer.requestId };
    },

    /** Reads the secret out of a session. The answer is not kept anywhere; the value is printable only by `reveal()`. */
    async getExchangeSession(id: DwollaSessionId, { signal }: CallOptions = {}): Promise<ExchangeSession> {
      const request = getRequest("/exchange-sessions/{id}", { id, signal });
      const answer = await call(request);
      const session = readAnswer(exchangeSessionShape, request, answer);
      const handover = toHandover(session);
      if (handover.kind === "address" && !base.isSafeForBrowser(handover.address.reveal())) {
        throw shapeError(request, answer, "_links.external-provider-session.href: not an https address");
      }
      const partnerId = base.exchangePartnerIdIn(hrefOf(session._links, "exchange-partner"));
      return { partnerId, createdAt: session.created, handover };
    },
  };
}

function toHandover({
  externalProviderSessionToken: token,
  _links,
}: (typeof exchangeSessionShape)["_output"]): Handover {
  if (token) return { kind: "token", token: new Secret(token) };
  const address = _links["external-provider-session"]?.href;
  return address === undefined ? { kind: "none" } : { kind: "address", address: new Secret(address) };
}
