import { z } from "zod";

const PATIENCE_MS = 10_000;

/** A control that the simulator refused, in its words. */
export class SimulatorRefusal extends Error {
  override name = "SimulatorRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** No answer in time, or none that can be read: nobody can tell whether the simulator has acted. */
export class SimulatorAway extends Error {
  override name = "SimulatorAway";
}

/**
 * Uses one control of the simulator at `dwollaApiUrl`. No credentials; nothing else has such controls.
 * @throws SimulatorRefusal, SimulatorAway
 */
export async function controlSimulator<Answer = unknown>(
  dwollaApiUrl: string,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: object,
): Promise<Answer> {
  const { ok, status, said } = await fetchAnswer(new URL(`/__simulator${path}`, dwollaApiUrl), {
    method,
    ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (ok && said !== undefined) return said as Answer;
  if (ok) throw new SimulatorAway();
  const { data } = refusalShape.safeParse(said);
  throw new SimulatorRefusal(status, data?.message ?? `${method} ${path}: ${status}`);
}

const refusalShape = z.object({ message: z.string().max(500) });

/** `said` is undefined for what is no JSON. All that fetch throws becomes one word: it fails with a TypeError as programs do. */
async function fetchAnswer(address: URL, init: RequestInit) {
  try {
    const answer = await fetch(address, init);
    const text = await answer.text();
    return { ok: answer.ok, status: answer.status, said: safeJson(text) };
  } catch {
    throw new SimulatorAway();
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** When the newest came of what the simulator remembers no more; null while it has forgotten nothing. */
const droppedUntil = z.coerce.date().nullable();

const journalShape = z.object({
  now: z.coerce.date(),
  droppedUntil,
  entries: z.array(
    z.object({
      at: z.coerce.date(),
      method: z.string(),
      path: z.string(),
      body: z.record(z.string(), z.unknown()).nullable().catch(null),
      isRefused: z.boolean(),
    }),
  ),
});
export type JournalEntry = z.output<typeof journalShape>["entries"][number];

/** What was done to the simulator since then by its controls, oldest first; and its time. All dates here are by its own clock. */
export async function listJournal(dwollaApiUrl: string, since: Date): Promise<z.output<typeof journalShape>> {
  const query = new URLSearchParams({ since: since.toISOString() });
  return journalShape.parse(await controlSimulator(dwollaApiUrl, "GET", `/journal?${query}`));
}

/** When time was made to pass, and how many seconds of it. */
export function clockMoves(journal: readonly JournalEntry[]): { at: Date; seconds: number }[] {
  return journal
    .filter(({ path, isRefused }) => path === "/clock" && !isRefused)
    .map(({ at, body }) => ({ at, seconds: Number(body?.advanceSeconds) }))
    .filter(({ seconds }) => seconds > 0);
}

/**
 * From the simulator's clock to the desk's. Where both were moved along they are one. A desk that runs keeps the time of its machine:
 * for it a move took no time, and what became true within the skipped time did so at the move.
 */
export function toDeskTime(moves: readonly { at: Date; seconds: number }[], aheadMs: number): (instant: Date) => Date {
  if (Math.abs(aheadMs) < SAME_CLOCK_MS) return (instant) => instant;
  return (instant) => {
    const skipped = moves.map(({ at, seconds }) =>
      Math.min(Math.max(instant.getTime() - at.getTime(), 0), seconds * 1_000),
    );
    return new Date(instant.getTime() - skipped.reduce((sum, each) => sum + each, 0));
  };
}

const SAME_CLOCK_MS = 1_000;

/** The simulator's time, which may be ahead of ours. */
export async function getSimulatedTime(dwollaApiUrl: string): Promise<Date> {
  return (await listJournal(dwollaApiUrl, NEVER)).now;
}

const NEVER = new Date("9999-12-31T00:00:00Z");

const requestsShape = z.object({
  droppedUntil,
  requests: z.array(z.object({ method: z.string(), path: z.string(), at: z.coerce.date() })),
});
export type ReceivedCall = z.output<typeof requestsShape>["requests"][number];

/** What Dwolla was asked since then, oldest first, by whom ever. */
export async function listReceivedCalls(
  dwollaApiUrl: string,
  since: Date,
): Promise<{ calls: ReceivedCall[]; droppedUntil: Date | null }> {
  const query = new URLSearchParams({ since: since.toISOString() });
  const answer = requestsShape.parse(await controlSimulator(dwollaApiUrl, "GET", `/requests?${query}`));
  return { calls: answer.requests, droppedUntil: answer.droppedUntil };
}

/** The simulator keeps so much and no more, and some of what is asked for is gone: nobody can tell the whole of it. */
export class ForgottenBySimulator extends Error {
  override name = "ForgottenBySimulator";
}

/** @throws ForgottenBySimulator where something that is not older than `since` was dropped; both by one clock. */
export function requireWhole(dropped: Date | null, since: Date): void {
  if (dropped !== null && dropped >= since) throw new ForgottenBySimulator();
}

const webhooksShape = z.object({
  webhooks: z.array(
    z.object({
      id: z.string(),
      /** What the event is about. */
      resourceId: z.string(),
      attempts: z.array(z.object({ isOver: z.boolean() })),
    }),
  ),
});
export type SimulatedWebhook = z.output<typeof webhooksShape>["webhooks"][number];

/** The newest webhooks about one customer or link, oldest first, with what became of them. */
export function listWebhooksAbout(dwollaApiUrl: string, resourceId: string): Promise<SimulatedWebhook[]> {
  return listSimulatedWebhooks(dwollaApiUrl, { resourceId });
}

/** The newest one about something, also one that was lost or is held. */
export async function getNewestWebhook(dwollaApiUrl: string, about: string): Promise<SimulatedWebhook | undefined> {
  return (await listWebhooksAbout(dwollaApiUrl, about)).at(-1);
}

/** Whether something is yet to come of a webhook now: one is being sent, or about to be. */
export async function areWebhooksUnderWay(dwollaApiUrl: string): Promise<boolean> {
  return (await listSimulatedWebhooks(dwollaApiUrl, { is: "under-way", limit: "1" })).length > 0;
}

/** The simulator's log may hold tens of thousands: nobody asks for all. */
async function listSimulatedWebhooks(
  dwollaApiUrl: string,
  filter: Record<string, string>,
): Promise<SimulatedWebhook[]> {
  const path = `/webhooks?${new URLSearchParams(filter)}`;
  return webhooksShape.parse(await controlSimulator(dwollaApiUrl, "GET", path)).webhooks;
}
