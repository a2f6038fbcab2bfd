import { describe, expect, it } from "vitest";
import { parseStandingAddress, proofTimes, standingHref, trailHref } from "#features/audit-standing-queries/schema.ts";

const NOW = new Date("2026-11-25T12:00:00Z");

describe("the address of a standing query", () => {
  it.each([
    [{}, "7d", "2026-11-18T12:00:00.000Z", []],
    [{ period: "90d" }, "90d", "2026-08-27T12:00:00.000Z", []],
    [{ period: "1000000d" }, "7d", "2026-11-18T12:00:00.000Z", ["period"]],
    [{ period: ["24h", "90d"] }, "7d", "2026-11-18T12:00:00.000Z", ["period"]],
    [{ period: "\u0000" }, "7d", "2026-11-18T12:00:00.000Z", ["period"]],
  ] as const)("%o is read as %s, and what makes no sense is named", (address, period, from, ignored) => {
    const asked = parseStandingAddress(address as Record<string, string | string[]>, NOW);
    expect({ ...asked, from: asked.from.toISOString() }).toEqual({ period, from, until: NOW, ignored });
  });

  it("keeps the period from query to query, and out of the address where it is the usual one", () => {
    expect([standingHref(null, "7d"), standingHref("left", "30d")]).toEqual([
      "/audit/standing",
      "/audit/standing/left?period=30d",
    ]);
  });

  it("leads into the trail with exact times, of reveals those a week earlier", () => {
    const times = parseStandingAddress({ period: "24h" }, NOW);
    expect(trailHref(proofTimes(times), "action:reauth_session.revealed")).toBe(
      "/audit?from=2026-11-17T12%3A00%3A00.000Z&to=2026-11-18T12%3A00%3A00.000Z&q=action%3Areauth_session.revealed",
    );
  });
});
