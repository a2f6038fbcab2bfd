import type { DwollaClient } from "#dwolla/client.ts";
import { isDwollaError } from "#dwolla/errors.ts";
import type { Database } from "#platform/database-client.ts";

const SHOWN_CALLS = 100;
const PATIENCE_MS = 3_000;

export interface DwollaCallView {
  id: string;
  calledAt: string;
  process: string;
  method: string;
  path: string;
  status: number | null;
  errorKind: string | null;
  durationMs: number;
  requestId: string | null;
}

/** The latest calls, newest first. What is kept holds no body, no query and no secret. */
export async function listDwollaCalls(db: Database, filter: "all" | "failed"): Promise<DwollaCallView[]> {
  const calls = await db.dwollaCall.findMany({
    where: filter === "failed" ? { OR: [{ status: { gte: 400 } }, { status: null }] } : {},
    orderBy: { id: "desc" },
    take: SHOWN_CALLS,
  });
  return calls.map(({ id, calledAt, pathTemplate: _, ...call }) => ({
    ...call,
    id: String(id),
    calledAt: calledAt.toISOString(),
  }));
}

export type CredentialsCheck =
  | { isAccepted: true; requestId: string | null }
  | { isAccepted: false; kind: string; status: number | null };

export async function getCredentialsCheck(dwolla: DwollaClient): Promise<CredentialsCheck> {
  try {
    const { requestId } = await dwolla.checkCredentials({ signal: AbortSignal.timeout(PATIENCE_MS) });
    return { isAccepted: true, requestId };
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    return { isAccepted: false, kind: error.kind, status: error.status };
  }
}
