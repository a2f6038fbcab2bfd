import "server-only";
import { cache } from "react";
import { getExchange, listEvidence, listSignalChanges } from "#features/exchanges/data.ts";
import { listLinkCalls, listLinkEvents } from "#features/happenings/data.ts";
import { readLinkTrail } from "#features/happenings/mutations.ts";
import { getLatestProof } from "#features/proofs/data.ts";
import { listReauthSessionsOfExchange } from "#features/reauth-sessions/data.ts";
import { isAllowed, mayReadTrail, requireActor, requirePermission } from "#platform/access.ts";
import { auditorDb, db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import { causedByLook, requestContext } from "#platform/request-context.ts";
import {
  type CredentialsCheck,
  findLinks,
  getConditions,
  getCredentialsCheck,
  getSimulatedLink,
  saysUnknown,
} from "./data.ts";
import type { LabAddress } from "./schema.ts";

export type LabChoice = Awaited<ReturnType<typeof loadLabChoice>>;
export type Lab = Awaited<ReturnType<typeof loadLab>>;
export type LabLink = Extract<Lab, { state: "there" }>;

/** Null in production, where there is no such page for anybody. */
export async function loadSandbox() {
  await requireActor();
  const { RECONNECT_ENVIRONMENT: environment, DWOLLA_API_URL: apiAddress } = env();
  if (environment === "production") return null;
  const actor = await requirePermission("dwolla_call:read");
  return {
    environment,
    apiAddress,
    role: actor.role,
    mayOperate: isAllowed(actor, "simulator:operate"),
    now: new Date().toISOString(),
  };
}

/** Asks Dwolla, so no page may wait for it: for a part of one that comes later. */
export async function loadCredentialsCheck(): Promise<CredentialsCheck> {
  const actor = await requirePermission("dwolla_call:read");
  const client = dwolla();
  return causedByLook(actor, "credentials.read", () => getCredentialsCheck(client));
}

/** Links to begin with; null while the simulator does not answer. */
export async function loadLabChoice({ q, partner }: Pick<LabAddress, "q" | "partner">) {
  await requirePermission("simulator:operate");
  const { DWOLLA_API_URL: apiAddress } = env();
  try {
    const [found, conditions] = await Promise.all([
      findLinks(db(), apiAddress, { q, partner }),
      getConditions(apiAddress),
    ]);
    return { ...found, conditions };
  } catch {
    return null;
  }
}

/** What is true of a link, what the desk believes of it, and all that happened since the run began. */
export const loadLab = cache(async (exchangeId: string, sinceIso: string) => {
  const actor = await requirePermission("simulator:operate");
  const lookedAt = new Date();
  const now = lookedAt.toISOString();
  const simulated = await getSimulatedLink(env().DWOLLA_API_URL, exchangeId, lookedAt).catch((error: unknown) =>
    saysUnknown(error) ? ("unknown" as const) : ("away" as const),
  );
  if (simulated === "unknown" || simulated === "away") return { state: simulated, now };
  const since = new Date(sinceIso);
  const [exchange, evidence, changes, sessions, proof, events] = await Promise.all([
    getExchange(db(), exchangeId),
    listEvidence(db(), exchangeId),
    listSignalChanges(db(), exchangeId),
    listReauthSessionsOfExchange(db(), exchangeId),
    getLatestProof(db(), exchangeId),
    listLinkEvents(db(), exchangeId),
  ]);
  const { customerId, sessions: bankSessions } = simulated.truth;
  const otherIds = [customerId, ...bankSessions.map(({ id }) => id), ...events.map(({ id }) => id)];
  const calls = await listLinkCalls(db(), { exchangeId, otherIds }, since);
  const ctx = { ...(await requestContext(actor)), auditor: auditorDb() };
  const sessionIds = sessions.map(({ id }) => id);
  const trail = mayReadTrail(actor) ? await readLinkTrail(ctx, { exchangeId, sessionIds, since }) : [];
  return {
    state: "there" as const,
    exchangeId,
    since: sinceIso,
    /** For a browser: where a session is opened by what was revealed. */
    bankPage: `${env().DWOLLA_API_URL}/__simulator/bank`,
    simulated,
    /** Null where the desk has not read the link yet. */
    exchange,
    evidence,
    changes,
    sessions,
    proof,
    events,
    calls,
    trail,
    now,
  };
});
