import { randomUUID } from "node:crypto";
import type { Database } from "#platform/database-client.ts";

type BrokenExchange = { customerId: string; exchangeId: string; partner: string; cause: string };

/** Makes a broken exchange of the simulator known to the desk, with an open case. */
export async function insertCase(db: Database, { customerId, exchangeId, partner, cause }: BrokenExchange) {
  const at = new Date();
  await db.customer.createMany({
    data: [
      { id: customerId, type: "personal", status: "verified", name: "Test", email: "t@example.test", createdAt: at },
    ],
    skipDuplicates: true,
  });
  const known = await db.exchangePartner.findFirst({ where: { name: partner } });
  const partnerId = known?.id ?? randomUUID();
  if (!known) await db.exchangePartner.create({ data: { id: partnerId, name: partner, status: "active" } });
  await db.exchange.create({
    data: { id: exchangeId, customerId, partnerId, status: "active", createdAt: at, health: "broken", cause },
  });
  const repairCaseId = randomUUID();
  await db.repairCase.create({
    data: { id: repairCaseId, exchangeId, customerId, cause, brokenSince: at, openedAt: at },
  });
  return { exchangeId, customerId, repairCaseId };
}
