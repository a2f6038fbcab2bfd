import type { CustomerId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import type { Customer } from "#dwolla/customers.ts";
import { CouldNotRun } from "./could-not-run.ts";
import type { PlainApi } from "./plain-api.ts";
import { PARTNERS, type Partner, type Side } from "./side.ts";

/** What this program made can be told by these, by a person in Dwolla's dashboard and by its own next run. */
export const MARK = "reconnect-desk-verification";
export const MARKED_EMAIL = `${MARK}@example.com`;
/** Nothing listens there, by design of the name: what Dwolla sends to it arrives nowhere. */
export const MARKED_WEBHOOK_URL = `https://${MARK}.invalid/webhooks`;
export const MARKED_BANK = "Reconnect Desk verification";

/** What the target's customer is like, so that the simulator can be given the same. */
export type GroundPlan = {
  customerId: string | null;
  customerType: string;
  /** Whether it is one that this program makes. */
  isMarked: boolean;
};

export function planOf({ ground }: Side): GroundPlan {
  return { customerId: null, customerType: ground.customerType, isMarked: ground.customerOrigin !== "given" };
}

/** A customer to walk with, what an earlier run left behind put away, and in a simulator a bank of each partner. */
export async function prepareGround(side: Side, plan: GroundPlan): Promise<void> {
  const customer = await findCustomer(side, plan);
  side.ground.customerId = customer.id;
  side.ground.customerType = customer.type;
  await putAwayLeftovers(side, customer.id);
  await readLinks(side, customer.id);
  if (!mayBreak(side)) return;
  for (const partner of PARTNERS) {
    if (side.ground.exchanges[partner] === undefined) await linkBank(side, customer.id, partner);
  }
  await readLinks(side, customer.id);
}

/** Links are made and broken on purpose in a simulator only, and never at a customer that somebody named. */
export function mayBreak({ isSimulator, ground }: Side): boolean {
  return isSimulator && ground.customerOrigin !== "given";
}

async function findCustomer(side: Side, { customerId, customerType, isMarked }: GroundPlan): Promise<Customer> {
  const { client, ground } = side;
  if (customerId !== null) {
    ground.customerOrigin = "given";
    const asked = await side.ask(() => client.getCustomer(customerId as CustomerId));
    if (asked.value) return asked.value;
    if (asked.answer?.status === 404) throw new CouldNotRun(`--customer: there is no such customer at ${side.origin}.`);
    throw asked.failure ?? new Error("the customer was not read");
  }
  if (!isMarked) return customerOfType(side, customerType);
  const marked = await findMarked(side);
  ground.customerOrigin = marked ? "found again" : "made";
  if (marked) return marked;
  const made = await side.api.post("/customers", {
    firstName: "Reconnect",
    lastName: "Verification",
    email: MARKED_EMAIL,
    type: customerType,
    correlationId: MARK,
  });
  if (made.madeId === null)
    throw new CouldNotRun(
      `A test customer could not be made (${made.status} ${made.code ?? ""}). Name one: --customer ID`,
    );
  return client.getCustomer(made.madeId as CustomerId);
}

async function findMarked({ client }: Side): Promise<Customer | undefined> {
  const { customers } = await client.listCustomers({ limit: 25, offset: 0, email: MARKED_EMAIL });
  return customers.find(({ email, status }) => email?.toLowerCase() === MARKED_EMAIL && status !== "deactivated");
}

/** Only asked of the simulator, whose world has customers of every type. */
async function customerOfType({ client }: Side, type: string): Promise<Customer> {
  const { customers } = await client.listCustomers({ limit: 200, offset: 0 });
  const found = customers.find(
    (customer) => customer.type === type && ["verified", "unverified"].includes(customer.status),
  );
  if (found) return found;
  throw new CouldNotRun(`The simulator has no customer of type ${type} to compare with.`);
}

/** Of a run that was ended by force. */
async function putAwayLeftovers(side: Side, customerId: CustomerId): Promise<void> {
  const { client, api } = side;
  for (const { id, url } of await client.listWebhookSubscriptions()) {
    if (url === MARKED_WEBHOOK_URL) await client.deleteWebhookSubscription(id);
  }
  if (side.ground.customerOrigin === "given") return;
  for (const { id, name } of await client.listFundingSourcesOfCustomer(customerId, { removed: false })) {
    if (name === MARKED_BANK) await removeBank(api, id);
  }
}

async function readLinks(side: Side, customerId: CustomerId): Promise<void> {
  const { client, ground } = side;
  const partners = await client.listExchangePartners();
  const exchanges = await client.listExchangesOfCustomer(customerId);
  for (const partner of PARTNERS) {
    const id = partners.find(({ name }) => name.toLowerCase() === partner)?.id;
    const ofPartner = exchanges.filter(({ partnerId, status }) => partnerId === id && status !== "removed");
    const found = ofPartner.find(({ status }) => status === "active") ?? ofPartner[0];
    if (found) ground.exchanges[partner] = { id: found.id, status: found.status };
  }
  const sources = await client.listFundingSourcesOfCustomer(customerId, { removed: false });
  ground.bankIds = sources.filter(({ type, name }) => type === "bank" && name !== MARKED_BANK).map(({ id }) => id);
}

/** As an app would after the partner's own screens; a simulator takes any token. */
async function linkBank(side: Side, customerId: CustomerId, partner: Partner): Promise<void> {
  const { client, api, origin } = side;
  const found = (await client.listExchangePartners()).find(({ name }) => name.toLowerCase() === partner);
  const exchange = await api.post(`/customers/${customerId}/exchanges`, {
    _links: { "exchange-partner": { href: `${origin}/exchange-partners/${found?.id}` } },
    token: "any",
  });
  await api.post(`/customers/${customerId}/funding-sources`, {
    _links: { exchange: { href: `${origin}/exchanges/${exchange.madeId as ExchangeId | null}` } },
    bankAccountType: "checking",
    name: `Test bank of ${partner}`,
  });
}

/** A bank by routing and account number: one that no balance check is possible for, and whose making is an event. */
export async function addBankByHand(side: Side, customerId: CustomerId): Promise<FundingSourceId | null> {
  const made = await side.api.post(`/customers/${customerId}/funding-sources`, {
    // Dwolla's documented test bank. The account number is new each time: the same one twice would be refused.
    routingNumber: "222222226",
    accountNumber: String(Date.now()).slice(-10),
    bankAccountType: "checking",
    name: MARKED_BANK,
  });
  const id = made.madeId as FundingSourceId | null;
  if (id !== null)
    side.undo.push({
      what: "the test bank",
      run: () => removeBank(side.api, id),
    });
  return id;
}

/** @throws when it is refused: what stays must be said. */
async function removeBank(api: PlainApi, id: string): Promise<void> {
  const { status } = await api.post(`/funding-sources/${id}`, { removed: true });
  if (status >= 400) throw new Error(`the test bank was not removed (${status})`);
}
