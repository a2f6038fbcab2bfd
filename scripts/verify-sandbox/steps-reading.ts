import { randomUUID } from "node:crypto";
import type { CustomerId, DwollaSessionId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import { MARKED_EMAIL } from "./ground.ts";
import { answered, notProvable, type Observation, observed, type Step } from "./observation.ts";
import type { Partner, Side } from "./side.ts";

const PARTNER_WORDS: Record<Partner, string> = { plaid: "Plaid", mx: "MX" };
/** More banks than a test customer has; each check of a balance may be billed. */
const MOST_BALANCES = 5;

/** Without these there is nothing to walk. */
export const ACCESS_STEPS: readonly Step[] = [
  {
    id: "token",
    title: "Get an access token with key and secret",
    calls: ["checkCredentials"],
    async run(side) {
      const { tokenAnswer, failure } = await side.ask((client) => client.checkCredentials());
      if (tokenAnswer) return answered(tokenAnswer);
      return notProvable(failure ? `no answer came (${failure.kind})` : "the token was fetched before this step");
    },
  },
  {
    id: "root",
    title: "Ask the API’s first page whether the credentials are good",
    calls: ["checkCredentials"],
    run: async (side) => observed(await side.ask((client) => client.checkCredentials())),
  },
];

export const PARTNER_STEPS: readonly Step[] = [
  {
    id: "token.bad",
    title: "Be refused with a token that is none",
    calls: [],
    run: async ({ api }) => answered(await api.get("/", "not-a-token")),
  },
  {
    id: "partners.list",
    title: "List the exchange partners",
    calls: ["listExchangePartners"],
    run: async (side) => {
      const asked = await side.ask((client) => client.listExchangePartners());
      const names = (asked.value ?? []).map(({ name }) => name.toLowerCase());
      const has = (partner: Partner) => (names.includes(partner) ? "is listed" : "is not listed");
      return observed(asked, { Plaid: has("plaid"), MX: has("mx") });
    },
  },
];

export const CUSTOMER_STEPS: readonly Step[] = [
  {
    id: "customers.list",
    title: "List customers, 200 to a page",
    calls: ["listCustomers"],
    run: async (side) => observed(await side.ask((client) => client.listCustomers({ limit: 200, offset: 0 }))),
  },
  {
    id: "customers.find",
    title: "Find the marked customer by exact e-mail",
    calls: ["listCustomers"],
    async run(side) {
      if (side.ground.customerOrigin !== "made" && side.ground.customerOrigin !== "found again")
        return notProvable("a customer was named, so none was marked");
      const query = { limit: 25, offset: 0, email: MARKED_EMAIL };
      const asked = await side.ask((client) => client.listCustomers(query));
      const found = asked.value?.customers.length === 1 ? "finds exactly one" : "does not find exactly one";
      return observed(asked, { "the e-mail": found });
    },
  },
  {
    id: "customers.read",
    title: "Read a customer",
    calls: ["getCustomer"],
    run: async (side) => observed(await side.ask((client) => client.getCustomer(customerOf(side)))),
  },
  {
    id: "customers.unknown",
    title: "Read a customer that does not exist",
    calls: ["getCustomer"],
    run: async (side) => observed(await side.ask((client) => client.getCustomer(randomUUID() as CustomerId))),
  },
];

export const EXCHANGE_STEPS: readonly Step[] = [
  {
    id: "exchanges.list",
    title: "List a customer’s exchanges",
    calls: ["listExchangesOfCustomer"],
    run: async (side) => observed(await side.ask((client) => client.listExchangesOfCustomer(customerOf(side)))),
  },
  readExchange("plaid"),
  readExchange("mx"),
  {
    id: "exchanges.unknown",
    title: "Read an exchange that does not exist",
    calls: ["getExchange"],
    run: async (side) => observed(await side.ask((client) => client.getExchange(randomUUID() as ExchangeId))),
  },
];

function readExchange(partner: Partner): Step {
  return {
    id: `exchanges.read.${partner}`,
    title: `Read an exchange of ${PARTNER_WORDS[partner]}`,
    calls: ["getExchange"],
    run: (side) =>
      withExchange(side, partner, async (id) => observed(await side.ask((client) => client.getExchange(id)))),
  };
}

export const BALANCE_STEPS: readonly Step[] = [
  {
    id: "funding-sources.list",
    title: "List a customer’s funding sources",
    calls: ["listFundingSourcesOfCustomer"],
    run: async (side) =>
      observed(await side.ask((client) => client.listFundingSourcesOfCustomer(customerOf(side), { removed: false }))),
  },
  {
    id: "balance.linked",
    title: "Check the balance of a linked bank",
    calls: ["checkBalance"],
    async run(side) {
      let last: Observation = notProvable(`the customer has no linked bank; ${howToLink(side)}`);
      for (const bankId of side.ground.bankIds.slice(0, MOST_BALANCES)) {
        const asked = await side.ask((client) => client.checkBalance(bankId));
        if (asked.value?.kind === "update_credentials")
          side.ground.refused = { bankId, exchangeId: asked.value.exchangeId };
        if (asked.value?.kind === "not_enabled") return notProvable("balance checks are not enabled for this account");
        if (asked.value?.kind === "answered" || asked.value?.kind === "processing") return observed(asked);
        last = asked.value ? notProvable("none of the customer's banks answers a balance check") : observed(asked);
      }
      return last;
    },
  },
  {
    id: "balance.unknown",
    title: "Check a balance of nothing",
    calls: ["checkBalance"],
    run: async (side) => observed(await side.ask((client) => client.checkBalance(randomUUID() as FundingSourceId))),
  },
];

export const UNKNOWN_SESSION_STEP: Step = {
  id: "sessions.unknown",
  title: "Read an exchange session that does not exist",
  calls: ["getExchangeSession"],
  run: async (side) => observed(await side.ask((client) => client.getExchangeSession(randomUUID() as DwollaSessionId))),
};

export function customerOf({ ground }: Side): CustomerId {
  if (ground.customerId === null) throw new Error("the walk began without a customer");
  return ground.customerId;
}

/** Does something with the customer's exchange of a partner, or says why it cannot. */
export async function withExchange(
  side: Side,
  partner: Partner,
  act: (id: ExchangeId) => Promise<Observation>,
): Promise<Observation> {
  const exchange = side.ground.exchanges[partner];
  if (exchange) return act(exchange.id);
  return notProvable(`the customer has no exchange of ${PARTNER_WORDS[partner]}; ${howToLink(side)}`);
}

/** Only a person can link a bank: the partner's screens ask for a sign-in at the bank. */
function howToLink({ ground }: Side): string {
  return `link a bank to customer ${ground.customerId} in an app of yours (Plaid: user_good, pass_good), then run this again`;
}
