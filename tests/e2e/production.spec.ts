import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { ROLES } from "#domain/permissions.ts";
import { HANDLERS, PAGES } from "../support/audit-policies.ts";
import { insertCase } from "../support/broken-exchange.ts";
import { type ProductionDesk, startProductionDesk } from "../support/production-desk.ts";

const ID = randomUUID();
const FENCED = [
  "/sandbox",
  `/sandbox?exchange=${ID}&since=2026-11-25T14:00:00.000Z`,
  "/sandbox/scenarios",
  "/sandbox/scenarios?name=lost-webhook",
  "/sandbox/verification",
  "/sandbox/anything",
  "/__simulator",
  // Without a call log, as here.
  "/calls",
  "/calls/1",
];
const NOUNS = ["break-lab", "recordings", "scenario-runs", "test-webhooks", "event-replays"];

let desk: ProductionDesk;

test.beforeAll(async () => {
  desk = await startProductionDesk();
});
test.afterAll(() => desk?.stop());

test("a production deployment answers addresses that it does not have as any that is no page, whoever asks", async () => {
  for (const role of [...ROLES, null]) {
    const cookie = role && (await desk.signIn(role));
    const missing = await desk.visit("/no-such-page", cookie);
    for (const path of FENCED) {
      const { status, text } = await desk.visit(path, cookie);
      expect(status, `${path} as ${role}`).toBe(missing.status);
      if (role) expect(status, path).toBe(404);
      if (role) expect(text, `${path} as ${role}`).toContain("There is nothing at this address");
    }
  }
});

test("a production deployment does nothing of what the lab’s actions ask, whoever sends them to whichever address", async () => {
  for (const noun of NOUNS)
    expect(
      builtActions()
        .map(([, { filename }]) => filename)
        .join(),
      noun,
    ).toContain(noun);
  for (const role of ROLES) {
    const cookie = await desk.signIn(role);
    for (const [id, { filename, exportedName }] of builtActions()) {
      for (const path of ["/", "/sandbox", "/sandbox/scenarios"]) {
        const { text } = await desk.visit(path, cookie, desk.press(id, { exchangeId: ID, name: "lost-webhook" }));
        expect(text, `${exportedName} of ${filename} at ${path} as ${role}`).toMatch(
          /Server Action unavailable|"code":"forbidden"|There is nothing at this address/,
        );
      }
    }
    expect((await desk.visit("/", cookie)).text).not.toContain("/sandbox");
  }
  const done = await desk.auditor.$queryRaw`
    SELECT FROM audit.event WHERE (action LIKE 'simulator.%' OR action LIKE 'dwolla_event.%') AND outcome <> 'denied'`;
  expect(done).toEqual([]);
  expect(await desk.db.openOperation.count()).toBe(0);
});

test("an engineer in a production deployment sees nothing of any customer on any page", async () => {
  const { exchangeId, customerId } = await insertCase(desk.db, {
    customerId: randomUUID(),
    exchangeId: randomUUID(),
    partner: "Plaid",
    cause: "UpdateCredentials",
  });
  const name = "Canary Nightingale";
  await desk.db.customer.update({ where: { id: customerId }, data: { name, email: "canary@nightingale.test" } });
  const at = (path: string) => path.replaceAll("[id]", path.includes("customers") ? customerId : exchangeId);
  const paths = Object.keys(PAGES).map((file) =>
    at(file.replace(/^app|\/\([a-z]+\)|\/@panel|\/page\.tsx$/g, "").replace("(.)", "")).replace(
      /\[[^\]]+\]/g,
      exchangeId,
    ),
  );
  const engineer = await desk.signIn("engineer");
  const handlers = Object.keys(HANDLERS).filter((key) => key.startsWith("GET "));
  const addresses = handlers.map((key) => at(key.replace(/^GET app|\/route\.ts$/g, "")));
  for (const path of [...paths, `/?q=${exchangeId}`, ...addresses]) {
    const { text } = await desk.visit(path || "/", engineer);
    expect(text, path).not.toMatch(/canary|nightingale/i);
    // The address itself may stand on a refused page; any other id of the customer may not.
    if (!path.includes(customerId)) expect(text, path).not.toContain(customerId);
  }
  const agent = await desk.signIn("agent");
  expect((await desk.visit(`/exchanges/${exchangeId}`, agent)).text).toContain(name);
});

test("a production deployment that was told to keep its calls says so, and shows them to no engineer", async () => {
  const keeping = await startProductionDesk({ callLog: "metadata" });
  try {
    const { status, text } = await keeping.visit("/calls", await keeping.signIn("compliance"));
    expect(status).toBe(200);
    expect(text).toContain("This is production");
    expect(text).toContain("Without bodies");
    const engineer = await keeping.signIn("engineer");
    for (const path of ["/calls", "/calls/1"])
      expect((await keeping.visit(path, engineer)).text, path).toContain("Not for your role");
  } finally {
    await keeping.stop();
  }
});

function builtActions(): [string, { filename: string; exportedName: string }][] {
  const manifest = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as {
    node: Record<string, { filename: string; exportedName: string }>;
  };
  const isOfLab = NOUNS.map((noun) => `app/_features/${noun}/actions.ts`);
  return Object.entries(manifest.node).filter(([, { filename }]) => isOfLab.includes(filename));
}
