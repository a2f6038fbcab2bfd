import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { getWorklistPage } from "#features/repair-cases/data.ts";
import { parseWorklistAddress, type WorklistAddress } from "#features/repair-cases/schema.ts";
import type { Database } from "#platform/database-client.ts";
import type { Truth } from "../../simulator/world/truth.ts";

/** `exchange id` -> cause, in the desk's words. */
export type Findings = ReadonlyMap<string, string>;

/** Every page of the worklist, as the landing page shows it. */
export async function readWorklist(db: Database): Promise<Findings> {
  const found = new Map<string, string>();
  let address: WorklistAddress | null = parseWorklistAddress({}).address;
  while (address) {
    const page = await getWorklistPage(db, address, { mayReadNames: true });
    for (const { exchangeId, cause } of page.rows) found.set(exchangeId, cause);
    address = page.nextCursor && { ...address, after: page.nextCursor };
  }
  return found;
}

export function trueFindings({ broken, warned }: Truth): Findings {
  const causes = broken.map(({ exchangeId, cause }) => [exchangeId, cause] as const);
  return new Map([...causes, ...warned.map(({ exchangeId }) => [exchangeId, REAUTH_REQUIRED] as const)]);
}

export interface Accuracy {
  precision: number;
  recall: number;
  /** What is on the list and not true, or true and not on the list. */
  wrong: { exchangeId: string; listedAs: string | null; is: string | null }[];
}

/** A link that is listed for another cause than the true one is a miss both ways. */
export function accuracyOf(found: Findings, truth: Findings): Accuracy {
  const both = new Set([...found.keys(), ...truth.keys()]);
  const wrong = [...both]
    .map((exchangeId) => ({
      exchangeId,
      listedAs: found.get(exchangeId) ?? null,
      is: truth.get(exchangeId) ?? null,
    }))
    .filter(({ listedAs, is }) => listedAs !== is);
  const right = both.size - wrong.length;
  return { precision: right / Math.max(1, found.size), recall: right / Math.max(1, truth.size), wrong };
}
