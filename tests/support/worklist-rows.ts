import { randomUUID } from "node:crypto";
import type { RepairCaseState } from "#domain/repair-case.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import type { Prisma } from "#platform/prisma-client/client.ts";

export interface BrokenExchange {
  name?: string;
  email?: string;
  partner?: string;
  cause?: string;
  brokenSince?: Date;
  state?: RepairCaseState;
  closedAt?: Date;
  customerId?: string;
}

const LONG_AGO = new Date("2026-01-02T03:04:05.678Z");

/** Puts a customer with one broken exchange and its repair case into the database. A given customer is used again. */
export async function addBrokenExchange(db: Database, broken: BrokenExchange = {}) {
  const { name = "Ana Ferreira", email = "ana@example.test", cause = "UpdateCredentials", state = "open" } = broken;
  const brokenSince = broken.brokenSince ?? LONG_AGO;
  const exchangeId = randomUUID();
  const caseId = randomUUID();
  const customerId = broken.customerId ?? (await addCustomer(db, name, email));
  const partnerId = await findOrAddPartner(db, broken.partner ?? "Plaid");
  await db.exchange.create({
    data: {
      id: exchangeId,
      customerId,
      partnerId,
      status: "active",
      createdAt: LONG_AGO,
      health: "broken",
      cause,
      brokenSince,
    },
  });
  await db.repairCase.create({
    data: {
      id: caseId,
      exchangeId,
      customerId,
      state,
      cause,
      brokenSince,
      openedAt: brokenSince,
      closedAt: broken.closedAt ?? null,
    },
  });
  return { customerId, exchangeId, caseId };
}

export async function addBank(
  db: Database,
  source: { customerId: string; bankName: string | null } & Partial<Prisma.FundingSourceCreateManyInput>,
): Promise<void> {
  await db.fundingSource.create({
    data: { id: randomUUID(), name: "Checking", type: "bank", status: "verified", ...source },
  });
}

/** A database client as the app has it: its role may not do more than the app may. */
export function openAppDatabase(appUrl: string): Database {
  return createDatabaseClient({ url: appUrl, maxConnections: 4 });
}

async function addCustomer(db: Database, name: string, email: string): Promise<string> {
  const id = randomUUID();
  await db.customer.create({
    data: { id, name, email, type: "personal", status: "verified", createdAt: LONG_AGO },
  });
  return id;
}

async function findOrAddPartner(db: Database, name: string): Promise<string> {
  const known = await db.exchangePartner.findFirst({ where: { name } });
  if (known) return known.id;
  const { id } = await db.exchangePartner.create({ data: { id: randomUUID(), name, status: "active" } });
  return id;
}
