import { randomUUID } from "node:crypto";
import type { Database } from "#platform/database-client.ts";

export interface LinkSeed {
  partner: string;
  linkedAt: Date;
  /** Answers and how each came: a stored signal, or the page of a sweep that saw nothing new. */
  confirmations: { at: Date; by: "signal" | "sweep" | "refusal" | "deactivated" }[];
  isRemoved?: boolean;
}

/** Puts links with their confirmations into an empty database. @returns their ids, in the same order. */
export async function addLinks(db: Database, seeds: readonly LinkSeed[]): Promise<string[]> {
  const names = [...new Set(seeds.map(({ partner }) => partner))];
  const partners = new Map(names.map((name) => [name, randomUUID()]));
  await db.exchangePartner.createMany({
    data: [...partners].map(([name, id]) => ({ id, name, status: "active" })),
  });
  const links = seeds.map((seed) => ({ ...seed, id: randomUUID(), customerId: randomUUID(), accountId: randomUUID() }));
  await db.customer.createMany({
    data: links.map(({ customerId, linkedAt }, place) => {
      const person = { name: `Person Number${place}`, email: `p${place}@example.test` };
      return { id: customerId, type: "personal", status: "verified", createdAt: linkedAt, ...person };
    }),
  });
  await db.exchange.createMany({
    data: links.map(({ id, customerId, partner, linkedAt, isRemoved }) => ({
      id,
      customerId,
      partnerId: partners.get(partner) ?? "",
      status: isRemoved ? "removed" : "active",
      health: isRemoved ? ("removed" as const) : ("unknown" as const),
      createdAt: linkedAt,
    })),
  });
  await db.fundingSource.createMany({
    data: links.map(({ id, customerId, accountId }) => {
      return { id: accountId, customerId, exchangeId: id, name: "Checking", type: "bank", status: "verified" };
    }),
  });
  await db.signal.createMany({ data: links.flatMap(signalsOf) });
  await db.sweepCoverage.createMany({ data: coverageOf(links) });
  return links.map(({ id }) => id);
}

type Link = LinkSeed & { id: string; customerId: string; accountId: string };

function signalsOf({ id, customerId, accountId, confirmations }: Link) {
  return confirmations.flatMap(({ at, by }) => {
    if (by === "sweep") return [];
    const about =
      by === "deactivated"
        ? { kind: "exchange_status" as const, value: by, fundingSourceId: null }
        : {
            kind: "balance_check" as const,
            value: by === "signal" ? "answered" : "update_credentials",
            fundingSourceId: accountId,
          };
    const times = { observedAt: at, speaksOfAt: at };
    return [{ id: randomUUID(), customerId, exchangeId: id, source: "check" as const, ...about, ...times }];
  });
}

/** Pages hold many links of the same instant, as those of a sweep do. */
function coverageOf(links: readonly Link[]) {
  const pages = new Map<number, string[]>();
  for (const { id, confirmations } of links) {
    for (const { at, by } of confirmations) {
      if (by === "sweep") pages.set(at.getTime(), [...(pages.get(at.getTime()) ?? []), id]);
    }
  }
  const sweepId = randomUUID();
  return [...pages].map(([at, exchangeIds], pageNumber) => {
    return { sweepId, pageNumber, provenAt: new Date(at), exchangeIds };
  });
}
