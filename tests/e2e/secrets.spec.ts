import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { exampleEnvironment } from "../../scripts/local-environment.ts";
import { expect, signIn, test } from "./fixtures.ts";

const PAGES = ["/", "/audit", "/sandbox", "/calls", "/calls?path=/exchange-sessions/{id}", "/calls?path=/token"];

// Runs after the specs that created and revealed sessions: files run in the order of their names, on one desk.
test("no token and no address that the simulator issued, and no webhook secret, is in the database, a log or a page", async ({
  page,
  simulator,
  world,
}) => {
  const secrets = [...(await simulator.secrets()), ...(await simulator.accessTokens())];
  secrets.push(exampleEnvironment().DWOLLA_WEBHOOK_SECRETS ?? "no webhook secret");
  expect(secrets.length, "the other specs have made sessions").toBeGreaterThan(2);

  const places: { name: string; text: string }[] = [
    { name: "the database", text: await dump(world.database.ownerUrl) },
    ...readdirSync(world.logDirectory).map((file) => ({
      name: file,
      text: readFileSync(join(world.logDirectory, file), "utf8"),
    })),
  ];
  await signIn(page, "engineer");
  for (const path of PAGES) {
    await page.goto(path);
    places.push({ name: path, text: await page.content() });
  }
  for (const exchangeId of await exchangesWithSessions(world.database.ownerUrl)) {
    await page.goto(`/exchanges/${exchangeId}`);
    places.push({ name: `/exchanges/${exchangeId}`, text: await page.content() });
  }

  expect(places.find(({ name }) => name === "the database")?.text, "the search sees what is there").toContain(
    "agent@example.test",
  );
  for (const { name, text } of places) {
    expect(secrets.filter((secret) => text.includes(secret)).length, name).toBe(0);
  }
});

/** Every row of every table, as text. */
async function dump(ownerUrl: string): Promise<string> {
  return onServer(ownerUrl, async (client) => {
    const tables = await client.query(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query(`SELECT row_to_json(t)::text AS row FROM ${name} t`);
      texts.push(...rows.map(({ row }) => row));
    }
    return texts.join("\n");
  });
}

function exchangesWithSessions(ownerUrl: string): Promise<string[]> {
  return onServer(ownerUrl, async (client) => {
    const { rows } = await client.query(`SELECT DISTINCT "exchangeId" FROM "ReauthSession"`);
    return rows.map(({ exchangeId }) => exchangeId);
  });
}

async function onServer<Value>(url: string, use: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return use(client).finally(() => client.end());
}
