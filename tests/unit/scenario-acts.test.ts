import { describe, expect, test } from "vitest";
import { actsOfJournal } from "#features/scenario-acts/data.ts";
import type { ToldLink } from "#features/scenario-acts/schema.ts";
import { clockMoves, type JournalEntry, toDeskTime } from "#features/simulator-controls/data.ts";

const EXCHANGE = "036c8a60-fa45-45d4-8f5d-181d348c6ec8";
const SESSION = "136c8a60-fa45-45d4-8f5d-181d348c6ec8";
const LINK = {
  ...{ name: "A", exchangeId: EXCHANGE, customerId: EXCHANGE, partner: { id: EXCHANGE, name: "Plaid" } },
  ...{ signals: [], cases: [], events: [], sessions: [{ dwollaSessionId: SESSION }] },
} as unknown as ToldLink;

describe("of what the simulator remembers", () => {
  test("a recording takes what is about its links, in the words of scenarios", () => {
    const said = acts(
      entry(`/exchanges/${EXCHANGE}/break`, { as: "warned", webhook: false }),
      entry(`/exchange-sessions/${SESSION}/complete`, { account: "different" }),
      entry(`/exchange-sessions/${SESSION}/abandon`, null, { isRefused: true }),
      entry("/partners/Plaid/break", { as: "bank-down" }),
      entry("/outage", { as: "down" }),
      entry("/faults", null, { method: "DELETE" }),
    );
    expect(said).toEqual([
      { do: "break", as: "pending-disconnect", webhook: false },
      { do: "complete", account: "different" },
      { do: "abandon", isRefused: true },
      { do: "break_partner", as: "bank-down" },
      { do: "outage", as: "down" },
      { do: "clear_faults" },
    ]);
  });

  test("it leaves out what others did, what was refused, and what no scenario can say", () => {
    const said = acts(
      entry("/exchanges/236c8a60-fa45-45d4-8f5d-181d348c6ec8/break", { as: "removed" }),
      entry(`/exchanges/${EXCHANGE}/break`, { as: "removed" }, { isRefused: true }),
      entry("/partners/MX/break", { as: "bank-down" }),
      entry("/customers", { partner: "Plaid", firstName: "Jane" }),
      entry("/settings", { redirectAddresses: ["https://secret.example.test"] }),
      entry("/faults", { path: "/token", fault: { kind: "hang", afterEffect: false } }),
    );
    expect(said).toEqual([]);
  });

  test("a fault keeps neither an id nor a text", () => {
    const fault = {
      kind: "status",
      status: 500,
      code: "My own",
      message: "Jane",
      headers: { a: "b" },
      afterEffect: false,
    };
    expect(acts(entry("/faults", { method: "POST", path: `/exchanges/${EXCHANGE}/exchange-sessions`, fault }))).toEqual(
      [{ do: "fault", method: "POST", path: "/exchanges/*/exchange-sessions", fault: { kind: "status", status: 500 } }],
    );
  });
});

describe("the simulator's time", () => {
  const moves = clockMoves([
    entry("/clock", { advanceSeconds: 600 }, { minute: 2 }),
    entry("/clock", { advanceSeconds: 60 }, { minute: 14 }),
    entry("/clock", null),
  ]);

  test("is the desk's where both clocks were moved", () => {
    expect(toDeskTime(moves, 20)(at(15))).toEqual(at(15));
  });

  test("is ahead of a desk that keeps its machine's time by what was skipped until then, each time that it was", () => {
    const deskTime = toDeskTime(moves, 660_000);
    expect([at(1), at(2), at(12), at(13), at(18)].map(deskTime)).toEqual([at(1), at(2), at(2), at(3), at(7)]);
  });

  test("is that of the move for what became true within the skipped time", () => {
    expect(toDeskTime(moves, 660_000)(at(7))).toEqual(at(2));
  });
});

function acts(...entries: JournalEntry[]): object[] {
  return actsOfJournal([LINK], entries).map(({ act }) => act);
}

type Changes = { isRefused?: boolean; method?: string; minute?: number };

function entry(path: string, body: JournalEntry["body"], changes: Changes = {}): JournalEntry {
  const { isRefused = false, method = "POST", minute = 0 } = changes;
  return { at: at(minute), method, path, body, isRefused };
}

function at(minute: number): Date {
  return new Date(Date.parse("2026-11-01T00:00:00Z") + minute * 60_000);
}
