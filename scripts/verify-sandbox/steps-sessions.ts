import { randomUUID } from "node:crypto";
import type { DwollaSessionId, ExchangeId } from "#domain/ids.ts";
import type { Handover } from "#dwolla/exchange-sessions.ts";
import { mayBreak } from "./ground.ts";
import { answered, notProvable, type Observation, observed, type Step } from "./observation.ts";
import type { Partner, Side } from "./side.ts";
import { withExchange } from "./steps-reading.ts";

const NO_WAY_TO_BREAK =
  "Dwolla documents no way to break an exchange in its sandbox, and no bank of this customer refuses";
const newKey = () => ({ idempotencyKey: randomUUID() });

export const SESSION_STEPS: readonly Step[] = [
  createSession("plaid", "Plaid"),
  readSession("plaid", "Plaid"),
  createSession("mx", "MX"),
  readSession("mx", "MX"),
  {
    id: "sessions.same-key",
    title: "Ask for a session twice with one idempotency key",
    calls: ["createReauthSession"],
    run: (side) =>
      withAnyExchange(side, async (id) => {
        const key = newKey();
        const first = await side.ask((client) => client.createReauthSession(id, key));
        if (!first.value) return observed(first);
        const second = await side.ask((client) => client.createReauthSession(id, key));
        const isSame = first.value.sessionId === second.value?.sessionId;
        return observed(second, { "the same key": isSame ? "gives the same session" : "gives no second view of it" });
      }),
  },
  {
    id: "sessions.same-key-other-body",
    title: "Use one idempotency key with another body",
    calls: ["createReauthSession"],
    run: (side) =>
      withAnyExchange(side, async (id) => {
        const key = newKey();
        const first = await side.ask((client) => client.createReauthSession(id, key));
        if (!first.value) return observed(first);
        const headers = { "idempotency-key": key.idempotencyKey };
        return answered(await side.api.post(`/exchanges/${id}/exchange-sessions`, { _links: {} }, headers));
      }),
  },
  sessionWithRedirect("ios", "an https address (iOS)"),
  sessionWithRedirect("android", "a package name (Android)"),
  {
    id: "sessions.unknown-redirect",
    title: "Be refused a session with a redirect address that is not registered",
    calls: ["createReauthSession"],
    run: (side) =>
      withAnyExchange(side, async (id) => {
        const request = { ...newKey(), redirectUrl: "https://not-registered.example.com/" };
        return observed(await side.ask((client) => client.createReauthSession(id, request)));
      }),
  },
];

/** In a simulator the link is broken on purpose; elsewhere a bank of the customer's has to refuse by itself. */
export const BROKEN_STEPS: readonly Step[] = [
  {
    id: "broken.balance",
    title: "Check the balance behind a broken link (UpdateCredentials)",
    calls: ["checkBalance"],
    async run(side) {
      if (mayBreak(side)) await breakPlaid(side);
      const { refused, bankIds } = side.ground;
      const linked = mayBreak(side) ? bankIds : [];
      for (const bankId of refused ? [refused.bankId] : linked) {
        const asked = await side.ask((client) => client.checkBalance(bankId));
        if (asked.value?.kind !== "update_credentials") continue;
        const { exchangeId } = asked.value;
        side.ground.refused = { bankId, exchangeId };
        return observed(asked, { "the refusal": exchangeId ? "names the exchange" : "names no exchange" });
      }
      return notProvable(NO_WAY_TO_BREAK);
    },
  },
  {
    id: "broken.exchange",
    title: "Read the exchange while its bank refuses",
    calls: ["getExchange"],
    run: (side) =>
      whileRefused(side, async (id) => {
        const asked = await side.ask((client) => client.getExchange(id));
        return observed(asked, { "the status meanwhile": `is ${documentedStatus(asked.value?.status)}` });
      }),
  },
  {
    id: "broken.session",
    title: "Make a re-auth session for a broken link",
    calls: ["createReauthSession"],
    run: (side) =>
      whileRefused(side, async (id) => {
        const asked = await side.ask((client) => client.createReauthSession(id, newKey()));
        side.ground.sessions.broken = asked.value?.sessionId;
        return observed(asked);
      }),
  },
  {
    id: "repaired.session",
    title: "Read a session after the customer has used it",
    calls: ["getExchangeSession"],
    async run(side) {
      const { broken } = side.ground.sessions;
      if (!mayBreak(side) || !broken) return notProvable("only a person can sign in at the bank with a session");
      await side.control(`/exchange-sessions/${broken}/complete`);
      return readOnce(side, broken, "the used session");
    },
  },
  {
    id: "repaired.balance",
    title: "Check the balance after the customer has signed in again",
    calls: ["checkBalance"],
    async run(side) {
      const { refused } = side.ground;
      if (!mayBreak(side) || !refused) return notProvable("only a person can sign in at the bank with a session");
      const asked = await side.ask((client) => client.checkBalance(refused.bankId));
      return observed(asked, { "the repair": asked.value?.kind === "answered" ? "shows at once" : "does not show" });
    },
  },
];

function createSession(partner: Partner, name: string): Step {
  return {
    id: `sessions.create.${partner}`,
    title: `Make a re-auth session for an exchange of ${name} that is not broken`,
    calls: ["createReauthSession"],
    run: (side) =>
      withExchange(side, partner, async (id) => {
        const asked = await side.ask((client) => client.createReauthSession(id, newKey()));
        side.ground.sessions[partner] = asked.value?.sessionId;
        return observed(asked);
      }),
  };
}

function readSession(partner: Partner, name: string): Step {
  return {
    id: `sessions.read.${partner}`,
    title: `Read a session of ${name}, twice`,
    calls: ["getExchangeSession"],
    run: async (side) => {
      const id = side.ground.sessions[partner];
      if (!id) return notProvable(`there is no session of ${name} to read`);
      const first = await side.ask((client) => client.getExchangeSession(id as DwollaSessionId));
      const second = await readOnce(side, id, "the second reading");
      const facts = { "the first reading": handoverWords(first.value?.handover) };
      return second.kind === "answered" ? observed(first, { ...facts, ...second.facts }) : observed(first, facts);
    },
  };
}

async function readOnce(side: Side, id: string, subject: string): Promise<Observation> {
  const asked = await side.ask((client) => client.getExchangeSession(id as DwollaSessionId));
  return observed(asked, { [subject]: handoverWords(asked.value?.handover) });
}

function sessionWithRedirect(kind: "ios" | "android", words: string): Step {
  return {
    id: `sessions.redirect.${kind}`,
    title: `Make a session that returns to ${words}`,
    calls: ["createReauthSession"],
    run: (side) =>
      withAnyExchange(side, async (id) => {
        const redirectUrl = side.redirects[kind];
        if (redirectUrl === null)
          return notProvable(`REAUTH_REDIRECTS names no such address that is registered at Dwolla`);
        return observed(await side.ask((client) => client.createReauthSession(id, { ...newKey(), redirectUrl })));
      }),
  };
}

function withAnyExchange(side: Side, act: (id: ExchangeId) => Promise<Observation>): Promise<Observation> {
  return withExchange(side, side.ground.exchanges.plaid || !side.ground.exchanges.mx ? "plaid" : "mx", act);
}

async function whileRefused(side: Side, act: (id: ExchangeId) => Promise<Observation>): Promise<Observation> {
  const exchangeId = side.ground.refused?.exchangeId;
  return exchangeId ? act(exchangeId) : notProvable(NO_WAY_TO_BREAK);
}

/** A partner's exchange of the walk's own customer, in a simulator; made good again however the walk ends. */
async function breakPlaid(side: Side): Promise<void> {
  const exchange = side.ground.exchanges.plaid;
  if (!exchange) return;
  side.undo.push({
    what: "the link that was broken on purpose",
    run: () => side.control(`/exchanges/${exchange.id}/repair`),
  });
  await side.control(`/exchanges/${exchange.id}/break`, { as: "UpdateCredentials" });
}

/** Never the token or address itself. */
function handoverWords(handover: Handover | undefined): string {
  if (!handover) return "gives nothing";
  return handover.kind === "none" ? "gives neither token nor address" : `gives its ${handover.kind}`;
}

function documentedStatus(status: string | undefined): string {
  return status && ["active", "deactivated", "removed"].includes(status) ? status : "another word";
}
