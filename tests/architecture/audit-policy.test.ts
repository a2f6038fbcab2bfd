import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { ACTIONS, HANDLERS, PAGES } from "../support/audit-policies.ts";
import type { AuditPolicy } from "../support/audit-policy.ts";
import { type Entrance, findEntrances } from "./entrances.ts";
import { type SourceFile, sourceFiles } from "./source-files.ts";

const POLICIES: Record<Entrance["kind"], Record<string, AuditPolicy>> = {
  page: PAGES,
  handler: HANDLERS,
  action: ACTIONS,
};
const TO_DO = {
  page: "add a line to PAGES in tests/support/audit-policies.ts",
  handler: "add a line to HANDLERS in tests/support/audit-policies.ts",
  action: "add a line to ACTIONS in tests/support/audit-policies.ts",
};

const app = sourceFiles("app");
const all: [string, AuditPolicy][] = Object.values(POLICIES).flatMap(Object.entries);

test("every page, handler and action has an audit policy, and every policy is of one that exists", () => {
  expect(complaints(app, POLICIES)).toEqual([]);
});

test("an entrance without a policy is named with what to do, however it is written", () => {
  const strangers = {
    "app/(console)/payouts/page.tsx": "export default function Page() {}",
    "app/api/payouts/route.ts":
      "export async function GET() {}\nexport const POST = handler;\nexport const dynamic = 1;",
    "app/api/listed/route.ts": "export { handler as DELETE, other as dynamic };",
    "app/api/elsewhere/route.ts": 'export * from "./handlers.ts";',
    "app/sitemap.ts": "export default function sitemap() {}",
    "app/_features/payouts/actions.ts":
      '"use server";\n\nexport const payAction = defineAction({});\nexport * from "./x.ts";',
    "app/_features/payouts/components/pay.tsx": 'async function pay() {\n  "use server";\n}\nexport function Pay() {}',
    "app/_features/payouts/loaders.ts": "export async function loadPayouts() {}",
  };
  expect(complaints(sources(strangers), { page: {}, handler: {}, action: {} })).toEqual([
    `app/(console)/payouts/page.tsx: "app/(console)/payouts/page.tsx" owes the audit trail nothing yet: ${TO_DO.page}`,
    `app/api/payouts/route.ts: "GET app/api/payouts/route.ts" owes the audit trail nothing yet: ${TO_DO.handler}`,
    `app/api/payouts/route.ts: "POST app/api/payouts/route.ts" owes the audit trail nothing yet: ${TO_DO.handler}`,
    `app/api/listed/route.ts: "DELETE app/api/listed/route.ts" owes the audit trail nothing yet: ${TO_DO.handler}`,
    `app/api/elsewhere/route.ts: "? app/api/elsewhere/route.ts" owes the audit trail nothing yet: ${TO_DO.handler}`,
    `app/sitemap.ts: "GET app/sitemap.ts" owes the audit trail nothing yet: ${TO_DO.handler}`,
    `app/_features/payouts/actions.ts: "payouts payAction" owes the audit trail nothing yet: ${TO_DO.action}`,
    `app/_features/payouts/actions.ts: "payouts ?" owes the audit trail nothing yet: ${TO_DO.action}`,
    `app/_features/payouts/components/pay.tsx: "app/_features/payouts/components/pay.tsx ?" owes the audit trail nothing yet: ${TO_DO.action}`,
  ]);
});

test("a policy of what is gone is named", () => {
  const [policy] = Object.values(PAGES);
  const left = { page: { "app/old/page.tsx": policy as AuditPolicy }, handler: {}, action: {} };
  expect(complaints([], left)).toEqual([
    '"app/old/page.tsx" has an audit policy but is no page: take its line out of tests/support/audit-policies.ts',
  ]);
});

test("owing nothing has a reason in words", () => {
  const reasons = all.flatMap(([key, { allowed, denied, upstreamFails, processDies }]) =>
    [allowed, denied, upstreamFails, processDies].flatMap((owed) =>
      "none" in owed ? [{ key, reason: owed.none }] : [],
    ),
  );
  expect(reasons.filter(({ reason }) => reason.split(" ").length < 4)).toEqual([]);
});

test("every intent has a job that ends it, should its process die", () => {
  const jobs = app.filter(({ name }) => name === "jobs.ts").map(({ text }) => text);
  for (const [key, { allowed, processDies }] of all) {
    const hasIntent = !("none" in allowed) && allowed.some(({ phase }) => phase === "intent");
    expect("endedBy" in processDies, key).toBe(hasIntent);
    if (!("endedBy" in processDies)) continue;
    expect(processDies.rows.at(-1), key).toMatchObject({ phase: "outcome", outcome: "unknown" });
    expect(
      jobs.some((text) => text.includes(`name: "${processDies.endedBy}"`)),
      processDies.endedBy,
    ).toBe(true);
  }
});

// An intent that is written in another way has no row among the open operations, and nothing would ever end it.
test("an intent is put on record by openOperation, or with a re-auth session that is pending", () => {
  const writers = app.filter(({ text }) => /phase: "intent"(?! \|)/.test(text)).map(({ path }) => path);
  expect(writers.toSorted()).toEqual(["app/_features/reauth-sessions/mutations.ts", "app/_platform/operation.ts"]);
});

test("a test that stands in for an example is there", () => {
  const named = Object.values(ACTIONS).flatMap(({ example }) => ("provenIn" in example ? [example.provenIn] : []));
  expect(named.filter((file) => !existsSync(file))).toEqual([]);
});

function complaints(files: readonly SourceFile[], policies: typeof POLICIES): string[] {
  const entrances = findEntrances(files);
  const withoutPolicy = entrances
    .filter(({ kind, key }) => !(key in policies[kind]))
    .map(({ kind, key, file }) => `${file}: "${key}" owes the audit trail nothing yet: ${TO_DO[kind]}`);
  const gone = Object.entries(policies).flatMap(([kind, known]) =>
    Object.keys(known)
      .filter((key) => !entrances.some((entrance) => entrance.kind === kind && entrance.key === key))
      .map(
        (key) => `"${key}" has an audit policy but is no ${kind}: take its line out of tests/support/audit-policies.ts`,
      ),
  );
  return [...withoutPolicy, ...gone];
}

function sources(texts: Record<string, string>): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, text, name: path.slice(path.lastIndexOf("/") + 1) }));
}
