import { randomBytes } from "node:crypto";
import { Secret } from "#domain/secret.ts";
import type { DwollaEvent } from "#dwolla/events.ts";
import { addBankByHand, MARKED_WEBHOOK_URL } from "./ground.ts";
import { answered, notProvable, type Observation, observed, type Step } from "./observation.ts";
import type { Side } from "./side.ts";
import { customerOf } from "./steps-reading.ts";

const REAUTH_REQUIRED = "customer_exchange_reauth_required";
/** How far back a warning is looked for. */
const MOST_EVENTS = 1_000;
const EVENTS_PAGE = 200;

export const WEBHOOK_STEPS: readonly Step[] = [
  {
    id: "subscriptions.refused",
    title: "Be refused a webhook subscription to what is no address",
    calls: ["createWebhookSubscription"],
    run: async (side) => {
      const request = { url: "not an address", secret: newSecret() };
      return observed(await side.ask((client) => client.createWebhookSubscription(request)));
    },
  },
  {
    id: "subscriptions.create",
    title: "Subscribe to webhooks",
    calls: ["createWebhookSubscription"],
    async run(side) {
      const request = { url: MARKED_WEBHOOK_URL, secret: newSecret() };
      const asked = await side.ask((client) => client.createWebhookSubscription(request));
      const id = asked.value;
      if (id !== undefined) {
        side.ground.subscriptionId = id;
        side.undo.push({
          what: "the webhook subscription",
          run: async () => side.ground.subscriptionId && side.client.deleteWebhookSubscription(id),
        });
      }
      if (asked.answer?.code?.toLowerCase() === "maxnumberofresources")
        return notProvable("the account has as many webhook subscriptions as Dwolla allows");
      return observed(asked);
    },
  },
  {
    id: "subscriptions.list",
    title: "List the webhook subscriptions",
    calls: ["listWebhookSubscriptions"],
    run: async (side) => observed(await side.ask((client) => client.listWebhookSubscriptions())),
  },
  {
    id: "subscriptions.pause",
    title: "Pause the webhook subscription",
    calls: ["pauseWebhookSubscription"],
    run: (side) =>
      withSubscription(side, async (id) => {
        const asked = await side.ask((client) => client.pauseWebhookSubscription(id, true));
        return observed(asked, {
          "the subscription": asked.value?.paused ? "says that it is paused" : "is not paused",
        });
      }),
  },
  {
    id: "balance.by-hand",
    title: "Add a bank by its numbers, and be refused its balance (UnsupportedOperation)",
    calls: ["checkBalance"],
    async run(side) {
      if (side.ground.customerOrigin !== "made" && side.ground.customerOrigin !== "found again")
        return notProvable("nothing is changed at a customer that was named");
      const bankId = await addBankByHand(side, customerOf(side));
      if (bankId === null) return notProvable("Dwolla took no test bank");
      const asked = await side.ask((client) => client.checkBalance(bankId));
      if (asked.value?.kind === "not_enabled") return notProvable("balance checks are not enabled for this account");
      return observed(asked, { "the balance check": asked.value ? `ends as ${asked.value.kind}` : "ends as an error" });
    },
  },
  {
    id: "webhooks.list",
    title: "List the webhooks that were made for the subscription",
    calls: ["listWebhooks"],
    run: (side) =>
      withSubscription(side, async (id) => {
        const list = () => side.ask((client) => client.listWebhooks(id, { limit: 25, offset: 0 }));
        let asked = await list();
        await side.untilTrue(async () => {
          if (asked.value?.length === 0) asked = await list();
          return asked.value === undefined || asked.value.length > 0;
        });
        side.ground.webhookId = asked.value?.[0]?.id ?? null;
        const isUnsent = asked.value?.every(({ attempts }) => attempts === 0);
        return observed(asked, { "what was made while paused": isUnsent ? "was not sent" : "was sent" });
      }),
  },
  {
    id: "webhooks.retry",
    title: "Ask for a webhook to be sent again",
    calls: ["retryWebhook"],
    async run(side) {
      const { webhookId } = side.ground;
      if (webhookId === null) return notProvable("no webhook was made while the subscription lasted");
      return observed(await side.ask((client) => client.retryWebhook(webhookId)));
    },
  },
  {
    id: "subscriptions.delete",
    title: "Delete the webhook subscription",
    calls: ["deleteWebhookSubscription"],
    run: (side) =>
      withSubscription(side, async (id) => {
        const asked = await side.ask((client) => client.deleteWebhookSubscription(id));
        if (asked.failure === null) side.ground.subscriptionId = null;
        return observed(asked);
      }),
  },
];

export const EVENT_STEPS: readonly Step[] = [
  {
    id: "events.list",
    title: "List events",
    calls: ["listEvents"],
    run: async (side) => observed(await side.ask((client) => client.listEvents({ limit: 25, offset: 0 }))),
  },
  {
    id: "events.limit",
    title: "Ask for more events than any documented page holds",
    calls: [],
    async run({ api }) {
      const answer = await api.get("/events?limit=1000&offset=0");
      return answered(answer, answer.items === null ? {} : { "the page": pageWords(answer.items) });
    },
  },
  {
    id: "events.reauth",
    title: "Read an event that warns of a break (customer_exchange_reauth_required)",
    calls: ["listEvents"],
    async run(side) {
      const event = await findWarning(side);
      if (event) return answered(await side.api.get(`/events/${event.id}`), { "the event": resourceWords(event) });
      return notProvable("no such event is among those that Dwolla keeps, and nothing in the sandbox causes one");
    },
  },
];

async function findWarning(side: Side): Promise<DwollaEvent | undefined> {
  for (let offset = 0; offset < MOST_EVENTS; ) {
    const { value } = await side.ask((client) => client.listEvents({ limit: EVENTS_PAGE, offset }));
    const found = value?.events.find(({ topic }) => topic === REAUTH_REQUIRED);
    if (found || !value || value.read === 0) return found;
    offset += value.read;
  }
  return undefined;
}

function resourceWords({ resource, customerId }: DwollaEvent): string {
  const about = resource?.kind === "exchanges" ? "is about an exchange" : "is not about an exchange";
  return customerId === null ? `${about} and names no customer` : `${about} and names its customer`;
}

function pageWords(items: number): string {
  return items > EVENTS_PAGE ? "holds more than 200" : "holds 200 or fewer";
}

async function withSubscription(
  side: Side,
  act: (id: NonNullable<Side["ground"]["subscriptionId"]>) => Promise<Observation>,
): Promise<Observation> {
  const { subscriptionId } = side.ground;
  return subscriptionId === null ? notProvable("there is no webhook subscription to try it on") : act(subscriptionId);
}

/** Nothing is ever received with it, so nobody has to know it. */
function newSecret(): Secret {
  return new Secret(randomBytes(32).toString("hex"));
}
