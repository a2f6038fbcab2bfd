import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import { can, ROLES } from "#domain/permissions.ts";
import { findEntrances } from "../architecture/entrances.ts";
import { sourceFiles } from "../architecture/source-files.ts";
import { ACTIONS } from "./audit-policies.ts";
import type { About, ActionPolicy, AuditPolicy, HandlerPolicy, Owed, OwedRow, PagePolicy } from "./audit-policy.ts";
import type { Person, PolicyDesk, TrailRow } from "./policy-desk.ts";

export const ENTRANCES = findEntrances(sourceFiles("app"));
/** Null is who is not signed in. */
export const EVERYBODY = [...ROLES, null];

export interface Answer {
  status: number;
  requestId: string | null;
  text: string;
  /** `sign-in`: asked to sign in first. `open`: let in, or sent on to a page of their own. */
  word: Word;
}

type Word = "open" | "refused" | "sign-in" | "failed";

async function ask(desk: PolicyDesk, person: Person | null, path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { ...(person && { cookie: person.cookie }), ...(init.headers as Record<string, string>) };
  const response = await fetch(`${desk.webUrl}${path}`, { ...init, headers, redirect: "manual" });
  // Next wants what a page asks for by itself to carry a mark in its address, and says which.
  const marked = response.headers.get("location");
  if (marked?.includes("_rsc=") && !path.includes("_rsc=")) return ask(desk, person, marked, init);
  const isEndless = response.headers.get("content-type")?.startsWith("text/event-stream");
  const text = isEndless ? "" : await response.text();
  if (isEndless) await response.body?.cancel();
  const { status } = response;
  const location = response.headers.get("location") ?? /NEXT_REDIRECT;replace;([^;]*)/.exec(text)?.[1] ?? null;
  return { status, text, requestId: response.headers.get("x-request-id"), word: wordOf(status, text, location) };
}

function wordOf(status: number, text: string, location: string | null): Word {
  if (status === 401 || location?.includes("/sign-in")) return "sign-in";
  if (status === 403 || text.includes("Not for your role")) return "refused";
  return status < 400 || status === 404 || status === 409 ? "open" : "failed";
}

/** Where nobody needs a sign-in, a refusal is about what was sent, and none of the trail's business. */
export function owedWord(policy: AuditPolicy, person: Person | null): unknown {
  if (policy.needs === "nobody" || "needsCsrfToken" in policy) return expect.stringMatching(/^(open|sign-in)$/);
  if (person === null) return "sign-in";
  return isLetIn(policy, person) || "none" in policy.denied ? "open" : "refused";
}

/** Sends an action as a browser does, or as somebody does who is none: with other headers, or (null) without. */
export async function press(
  desk: PolicyDesk,
  key: string,
  { person, input, headers = {} }: { person: Person | null; input: unknown; headers?: Record<string, string | null> },
): Promise<Answer> {
  const [noun, name] = key.split(" ");
  const action = desk.actions.get(`app/_features/${noun}/actions.ts ${name}`);
  if (!action) throw new Error(`${key} is in no page that was built.`);
  const asBrowsersDo = { accept: "text/x-component", "content-type": "text/plain;charset=UTF-8", origin: desk.webUrl };
  const sent = Object.entries({ ...asBrowsersDo, "next-action": action.id, ...headers }).filter(([, value]) => value);
  return ask(desk, person, action.address, {
    method: "POST",
    headers: Object.fromEntries(sent) as Record<string, string>,
    body: JSON.stringify([input]),
  });
}

/** Asks for a page or a handler as its policy says. */
export async function visit(
  desk: PolicyDesk,
  policy: PagePolicy | HandlerPolicy,
  { method, person }: { method: string; person: Person | null },
): Promise<Answer> {
  if ("needsCsrfToken" in policy) return visitWithToken(desk, policy.at, person);
  const path = typeof policy.at === "string" ? policy.at : await policy.at(desk.examples);
  return ask(desk, person, path, { method, ...("headers" in policy && { headers: policy.headers }) });
}

async function visitWithToken(desk: PolicyDesk, path: string, person: Person | null): Promise<Answer> {
  const response = await fetch(`${desk.webUrl}/api/auth/csrf`);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  const headers = { cookie: [person?.cookie ?? "", ...cookies].join("; ") };
  return ask(desk, person, path, { method: "POST", headers, body: new URLSearchParams({ csrfToken }) });
}

export function isLetIn({ needs }: AuditPolicy, person: Person | null): boolean {
  if (needs === "nobody") return true;
  if (person === null) return false;
  return needs === "a sign-in" || needs.some((permission) => can(person.role, permission, "simulator"));
}

/** The rows that a person's request owes, to be compared with `told`. */
export function owedRows(owed: Owed, person: Person | null, input: object = {}): object[] {
  if (person === null || "none" in owed) return [];
  return owed.map((row) => ({ ...withoutActor(row, input), by: by(person) }));
}

/** The same, when a worker has to say what nobody else can. */
export function owedAfterCrash([intent, outcome]: readonly OwedRow[], person: Person, input: object): object[] {
  if (!intent || !outcome) return [];
  const worker = { type: "system", id: expect.any(String), role: null, sessionRef: null };
  return [...owedRows([intent], person, input), { ...withoutActor(outcome, input), by: worker }];
}

/** The one row of a press that was refused before anything was read. */
export function owedRefusal({ action, about }: ActionPolicy, person: Person, input: object): object[] {
  return owedRows([{ action, phase: "single", outcome: "denied", about }], person, input);
}

function withoutActor({ action, phase, outcome, about }: OwedRow, input: object) {
  const decision = outcome === "denied" ? "deny" : "allow";
  return { action, phase, outcome, decision, target: targetOf(about, input) };
}

function targetOf(about: About, input: object): object | null {
  if (about === null) return null;
  const [type, id] = about;
  const given = (input as Record<string, unknown>)[id];
  return { type, id: id === "*" ? expect.any(String) : (given ?? id) };
}

function by({ id, role, sessionRef }: Person) {
  return { type: "staff", id, role, sessionRef };
}

export function told({ action, phase, outcome, decision, ...row }: TrailRow): object {
  return {
    action,
    phase,
    outcome,
    decision,
    target: row.target_type === null ? null : { type: row.target_type, id: row.target_id },
    by: { type: row.actor_type, id: row.actor_id, role: row.actor_role, sessionRef: row.session_ref },
  };
}

/** The rows that the answer to a request left behind. One that carries no id of a request left none: the caller counts. */
export async function rowsOf(desk: PolicyDesk, { requestId }: Answer): Promise<object[]> {
  return requestId === null ? [] : (await desk.rows("request_id", [requestId])).map(told);
}

/** An input that does what the action is for; where another test proves that, one that is about nothing there is. */
export async function exampleOf(desk: PolicyDesk, { example, about }: ActionPolicy): Promise<object> {
  if (!("provenIn" in example)) return example(desk.examples);
  return about === null ? {} : { [about[1]]: randomUUID() };
}

export const ACTS_ELSEWHERE = Object.entries(ACTIONS).flatMap(([key, policy]) =>
  "none" in policy.upstreamFails || "provenIn" in policy.example ? [] : [{ key, policy, fails: policy.upstreamFails }],
);
