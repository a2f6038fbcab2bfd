import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { StaffActor, SystemActor } from "#domain/actor.ts";
import type { ExchangeId, WebhookId } from "#domain/ids.ts";
import { isRedirectFor } from "#domain/partner-capability.ts";
import { startCatchUp } from "#features/catch-ups/mutations.ts";
import { closeUnproven, recordClaim } from "#features/claims/mutations.ts";
import { checkExchange } from "#features/exchanges/mutations.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";

import { controlSimulator, getNewestWebhook, SimulatorRefusal } from "#features/simulator-controls/data.ts";
import { startSweep } from "#features/sweeps/mutations.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import type { Act, CastLink, PlainAct, StaffName } from "./schema.ts";

/** A desk that a scenario can be played on: a real one, or one that a test has put together. */
export interface ScenarioDesk {
  system: Context<SystemActor>;
  /** The connection that may read the audit trail. */
  auditor: Database;
  /** The same name is the same person. */
  staff(name: StaffName): Promise<Context<StaffActor>>;
  /** Resolves when webhooks under way have arrived and jobs that are due were done; at the latest after a bounded time. */
  settle(): Promise<void>;
  /** Time passes for Dwolla, for the desk and for the jobs that wait; what becomes due meanwhile is done in its turn. */
  elapse(seconds: number): Promise<void>;
  /** For how long an expectation may be waited for. */
  patienceMs: number;
}

/** An act that could not be done at all: the scenario is wrong, or what came before it went otherwise. */
export class ActFailure extends Error {
  override name = "ActFailure";
}

/** Where acts are done, and about whom. */
export interface Stage {
  desk: ScenarioDesk;
  cast: readonly CastLink[];
  /** Whose links they are. */
  partner: string;
}

type ActOf<Name extends PlainAct["do"]> = Extract<PlainAct, { do: Name }>;

/** Does one act as those do it who do it in life: staff by the desk's mutations, the bank and the network by the simulator. */
export async function perform(stage: Stage, act: Act): Promise<void> {
  if (act.do === "at_once") await Promise.all(act.acts.map((each) => performPlain(stage, each)));
  else await performPlain(stage, act);
}

async function performPlain(stage: Stage, act: PlainAct): Promise<void> {
  if (!("link" in act)) return performOnDesk(stage, act);
  const links = stage.cast.filter(({ name }) => act.link === "all" || act.link === name);
  if (links.length === 0) throw new ActFailure(`the world has no link ${act.link}`);
  for (const link of links) {
    if ("by" in act) await performAsStaff(stage, act, link);
    else await performAtBank(stage, act, link);
  }
}

type LinkAct = Extract<PlainAct, { link: unknown }>;
type StaffAct = Extract<LinkAct, { by: unknown }>;

async function performOnDesk({ desk, cast, partner }: Stage, act: Exclude<PlainAct, LinkAct>): Promise<void> {
  const { system } = desk;
  const control = (method: "POST" | "DELETE", path: string, body?: object) =>
    controlSimulator(system.settings.dwollaApiUrl, method, path, body);
  switch (act.do) {
    case "fault": {
      const { method, path, times, fault } = act;
      await control("POST", "/faults", { method, path, times, fault });
      return;
    }
    case "clear_faults":
      await control("DELETE", "/faults");
      return;
    case "mischief": {
      const { do: _, ...mischief } = act;
      await control("POST", "/webhooks/mischief", mischief);
      return;
    }
    case "break_partner":
      await control("POST", `/partners/${partner}/break`, { as: act.as });
      return;
    case "repair_partner":
      await control("POST", `/partners/${partner}/repair`);
      return;
    case "outage":
      await control("POST", "/outage", { as: act.as });
      return;
    case "settings":
      await control("POST", "/settings", { tokenLifetimeSeconds: act.tokenLifetimeSeconds });
      return;
    case "sweep":
      await startSweep({ ctx: system, input: { mode: act.mode } });
      return;
    case "catch_up":
      await startCatchUp({ ctx: system });
      return;
    case "elapse":
      return desk.elapse(act.seconds);
    case "prove":
      return desk.elapse(await secondsToNextProbe(desk, cast));
  }
}

async function secondsToNextProbe({ system }: ScenarioDesk, cast: readonly CastLink[]): Promise<number> {
  const exchangeId = { in: cast.map((link) => link.exchangeId) };
  const { _min } = await system.db.proof.aggregate({
    where: { exchangeId, state: "running" },
    _min: { nextProbeAt: true },
  });
  if (!_min.nextProbeAt) throw new ActFailure("no proof is running");
  return Math.max(0, (_min.nextProbeAt.getTime() - system.now().getTime()) / 1000);
}

async function performAsStaff({ desk }: Stage, act: StaffAct, { exchangeId }: CastLink): Promise<void> {
  const ctx = await desk.staff(act.by);
  const id = exchangeId as ExchangeId;
  switch (act.do) {
    case "check":
      await checkExchange({ ctx, input: { exchangeId: id } });
      return;
    case "create_session":
      return createSession(ctx, act, exchangeId);
    case "reveal": {
      const session = await newestSession(ctx, exchangeId);
      // What it answers is a secret, and forgotten here.
      await revealReauthSession({ ctx, input: { sessionId: session.id } });
      return;
    }
    case "claim":
      await recordClaim({ ctx, input: { exchangeId: id, word: act.word } });
      return;
    case "close_unproven":
      await closeUnproven({ ctx, input: { exchangeId: id } });
      return;
  }
}

async function createSession(
  ctx: Context<StaffActor>,
  { channel, reason }: ActOf<"create_session">,
  exchangeId: string,
): Promise<void> {
  const redirectAddress = ctx.settings.reauthRedirects.find((address) => isRedirectFor(channel, address)) ?? null;
  const input = { attemptId: randomUUID(), exchangeId, channel, redirectAddress, reason, ticket: null };
  await createReauthSession({ ctx, input });
}

async function newestSession({ db }: Context, exchangeId: string) {
  const session = await db.reauthSession.findFirst({ where: { exchangeId }, orderBy: { requestedAt: "desc" } });
  if (!session) throw new ActFailure("there is no session");
  return session;
}

type BankAct = Exclude<LinkAct, StaffAct>;

async function performAtBank({ desk }: Stage, act: BankAct, link: CastLink): Promise<void> {
  const { exchangeId, customerId } = link;
  const { dwollaApiUrl } = desk.system.settings;
  const control = (path: string, body?: object) => controlSimulator(dwollaApiUrl, "POST", path, body);
  switch (act.do) {
    case "break":
      await control(`/exchanges/${exchangeId}/break`, { as: act.as, webhook: act.webhook });
      return;
    case "repair":
      await control(`/exchanges/${exchangeId}/repair`);
      return;
    case "complete":
    case "abandon": {
      const { dwollaSessionId } = await newestSession(desk.system, exchangeId);
      if (!dwollaSessionId) throw new ActFailure("the newest session was never made");
      const body = act.do === "complete" ? { account: act.account } : undefined;
      await refusedExactlyIf(act.isRefused, () => control(`/exchange-sessions/${dwollaSessionId}/${act.do}`, body));
      return;
    }
    case "announce":
      await control("/events", { topic: act.topic, customerId, resource: { path: "exchanges", id: exchangeId } });
      return;
    case "redeliver":
      return redeliver(desk, exchangeId, act.times);
  }
}

async function refusedExactlyIf(isExpected: boolean, use: () => Promise<unknown>): Promise<void> {
  const refusal = await use().then(
    () => null,
    (error) => {
      if (error instanceof SimulatorRefusal && error.status === 409) return error;
      throw error;
    },
  );
  if (refusal && !isExpected) throw new ActFailure(`the bank refused: ${refusal.message}`);
  if (!refusal && isExpected) throw new ActFailure("the bank took a session that it should have refused");
}

const DELIVERED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 10;

async function redeliver({ system }: ScenarioDesk, exchangeId: string, times: number): Promise<void> {
  const { dwollaApiUrl } = system.settings;
  const webhook = await getNewestWebhook(dwollaApiUrl, exchangeId);
  if (!webhook) throw new ActFailure("Dwolla has made no webhook for this link");
  for (let sent = 0; sent < times; sent += 1) await system.dwolla.retryWebhook(webhook.id as WebhookId);
  const giveUpAt = performance.now() + DELIVERED_WITHIN_MS;
  for (;;) {
    const attempts = (await getNewestWebhook(dwollaApiUrl, exchangeId))?.attempts ?? [];
    if (attempts.length >= webhook.attempts.length + times && attempts.every(({ isOver }) => isOver)) return;
    if (performance.now() > giveUpAt) throw new ActFailure("Dwolla did not send the webhook again in time");
    await pause(LOOK_EVERY_MS);
  }
}
