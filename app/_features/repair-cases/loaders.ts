import "server-only";
import { cache } from "react";
import type { StaffActor } from "#domain/actor.ts";
import { maskEmail, maskName } from "#domain/personal-data.ts";
import { getLatestSweep, type LatestSweep } from "#features/sweeps/data.ts";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { env } from "#platform/env.ts";
import {
  countOpenCases,
  getLastFullCheck,
  getWorklistPage,
  listPartnerNames,
  type OpenCounts,
  type WorklistPage,
  type WorklistRow,
} from "./data.ts";
import { parseWorklistAddress, type WorklistAddress } from "./schema.ts";

/** How far the list can be trusted. */
export interface Freshness {
  /** When every customer had last been looked at; null before the first time. ISO 8601. */
  checkedAt: string | null;
  latest: LatestSweep | null;
  /** Nothing has looked at all customers for twice as long as it should. */
  isOverdue: boolean;
}

export interface WorklistHead {
  actor: StaffActor;
  open: OpenCounts;
  freshness: Freshness;
}

export interface WorklistScreen extends Omit<WorklistHead, "actor"> {
  address: WorklistAddress;
  /** Parameters of the address that were left out. */
  ignored: string[];
  page: WorklistPage;
  partners: string[];
  mayReadNames: boolean;
  mayCreate: boolean;
  now: string;
}

export const loadWorklistHead = cache(async (): Promise<WorklistHead> => {
  const actor = await requirePermission("repair_case:read");
  const [open, latest, checkedAt] = await Promise.all([
    countOpenCases(db()),
    getLatestSweep(db()),
    getLastFullCheck(db()),
  ]);
  return { actor, open, freshness: { latest, checkedAt, isOverdue: isOverdue(checkedAt) } };
});

export async function loadWorklist(search: Record<string, string | string[] | undefined>): Promise<WorklistScreen> {
  const { actor, ...head } = await loadWorklistHead();
  const mayReadNames = isAllowed(actor, "personal_data:read");
  const { address, ignored } = mayReadNames ? parseWorklistAddress(search) : withoutNames(search);
  const [page, partners] = await Promise.all([
    getWorklistPage(db(), address, { mayReadNames }),
    listPartnerNames(db()),
  ]);
  return {
    ...head,
    address,
    ignored,
    page: mayReadNames ? page : { ...page, rows: page.rows.map(masked) },
    partners,
    mayReadNames,
    mayCreate: isAllowed(actor, "reauth_session:create"),
    now: new Date().toISOString(),
  };
}

/** An order by names would tell about them, and so would the cursor that such an order needs. */
function withoutNames(search: Record<string, string | string[] | undefined>): ReturnType<typeof parseWorklistAddress> {
  const read = parseWorklistAddress(search);
  if (read.address.sort.column !== "customer") return read;
  const { sort, after: _after, before: _before, ...rest } = search;
  const again = parseWorklistAddress(rest);
  return { address: again.address, ignored: [...again.ignored, ...(sort === undefined ? [] : ["sort"])] };
}

function masked(row: WorklistRow): WorklistRow {
  return { ...row, customerName: maskName(row.customerName), email: maskEmail(row.email) };
}

function isOverdue(checkedAt: string | null): boolean {
  const patienceMs = 2 * env().SWEEP_INTERVAL_MINUTES * 60_000;
  return checkedAt !== null && Date.now() - Date.parse(checkedAt) > patienceMs;
}
