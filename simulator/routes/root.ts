import type { FastifyInstance } from "fastify";
import { baseUrl, link } from "../http/hal.ts";
import type { Simulator } from "../simulator.ts";

export function registerRoot(app: FastifyInstance, { world }: Simulator): void {
  app.get("/", async (request) => {
    const base = baseUrl(request);
    return {
      _links: {
        account: link(`${base}/accounts/${world.accountId}`, "account"),
        customers: link(`${base}/customers`, "customer"),
        events: link(`${base}/events`, "event"),
        exchanges: link(`${base}/exchanges`, "exchange"),
        "exchange-partners": link(`${base}/exchange-partners`, "exchange-partner"),
        "webhook-subscriptions": link(`${base}/webhook-subscriptions`, "webhook-subscription"),
      },
    };
  });
}
