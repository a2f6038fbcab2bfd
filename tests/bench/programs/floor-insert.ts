import { randomUUID } from "node:crypto";
import pg from "pg";
import { type SignedWebhook, signedWebhooks } from "../support/signed-webhooks.ts";

/** As pgbench would: single INSERTs, each durable before the next, prepared, from as many connections as the webhooks come from. */
const { FLOOR_DATABASE_URL: connectionString = "" } = process.env;
const INSERT = {
  name: "insert",
  text: `INSERT INTO floor_event (id, topic, "createdAt", "resourceKind", "resourceId", "customerId", payload, "receivedAt",
    "lastReceivedAt", deliveries) VALUES ($1, $2, now(), $3, $4, $5, $6, now(), now(), 1)`,
};

const clients: pg.Client[] = [];

process.on("message", async (task: { atOnce: number; count: number }) => process.send?.(await insert(task)));
process.once("disconnect", () => process.exit(0));
process.send?.({});

async function insert({ atOnce, count }: { atOnce: number; count: number }): Promise<{ ms: number }> {
  while (clients.length < atOnce) clients.push(await connect());
  const rows = signedWebhooks(count, { secret: "none", origin: "https://api.dwolla.com" }).map(toRow);
  const queue = rows.values();
  const startedAt = performance.now();
  await Promise.all(
    clients.slice(0, atOnce).map(async (client) => {
      for (const values of queue) await client.query({ ...INSERT, values });
    }),
  );
  return { ms: performance.now() - startedAt };
}

/** A repetition is a row like any other. */
function toRow({ body }: SignedWebhook): unknown[] {
  return [randomUUID(), "customer_transfer_completed", "transfers", randomUUID(), randomUUID(), body];
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
