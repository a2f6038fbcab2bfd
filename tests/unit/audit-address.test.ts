import { describe, expect, it } from "vitest";
import {
  actorTrailHref,
  auditExportHref,
  auditHref,
  auditPageHref,
  auditPeriodHref,
  auditTermsHref,
  parseAuditAddress,
} from "#features/audit/schema.ts";

const NOW = new Date("2026-11-23T06:00:00.000Z");
const ROW = { recordedAt: "2026-11-22T10:20:30.123456Z", eventId: "0192d3f0-1111-7abc-8def-0123456789ab" };

describe("the address of the audit page", () => {
  it("means the last 30 days, open to now, when it says nothing", () => {
    const { filter, ignored, leftOut } = parseAuditAddress({}, NOW, "me-1");
    expect(filter).toEqual({
      terms: [],
      me: "me-1",
      period: "30d",
      from: new Date("2026-10-24T06:00:00.000Z"),
      until: NOW,
      isOpen: true,
    });
    expect([ignored, leftOut]).toEqual([[], []]);
  });

  it.each(["command: audit-export", "command line", "sweep.lane"])(
    "leads from the actor %j to what it did",
    (actor) => {
      const { searchParams } = new URL(actorTrailHref(actor), "http://desk.test");
      const { filter, leftOut } = parseAuditAddress({ q: searchParams.get("q") ?? "" }, NOW);
      expect(leftOut).toEqual([]);
      expect(filter.terms).toEqual([{ qualifier: "actor", isNegated: false, value: actor }]);
    },
  );

  it("reads a date field's times as UTC, whatever the zone of the machine", () => {
    const { filter } = parseAuditAddress({ from: "2026-11-01T00:00", to: "2026-11-02T12:30" }, NOW);
    expect(filter).toMatchObject({
      period: null,
      from: new Date("2026-11-01T00:00:00Z"),
      until: new Date("2026-11-02T12:30:00Z"),
      isOpen: false,
    });
  });

  it("counts 30 days back from an end without a beginning", () => {
    const { filter } = parseAuditAddress({ to: "2026-03-31T00:00:00Z" }, NOW);
    expect(filter.from).toEqual(new Date("2026-03-01T00:00:00Z"));
  });

  it.each([
    ["period", "10y"],
    ["from", "yesterday"],
    ["from", "2026-02-30T00:00"],
    ["from", "0001-01-01T00:00"],
    ["to", "9999-01-01T00:00"],
    ["after", "2026-11-22T10:20:30.123456Z"],
    ["after", "0000-01-01T00:00:00.000000Z_0192d3f0-1111-7abc-8def-0123456789ab"],
    ["after", "2026-02-30T10:20:30.123456Z_0192d3f0-1111-7abc-8def-0123456789ab"],
    ["before", "1_2"],
  ])("leaves out %s=%j and names it, and keeps the rest", (name, value) => {
    const { filter, ignored, after, before } = parseAuditAddress({ [name]: value, q: "ticket:T-1" }, NOW);
    expect(ignored).toEqual([name]);
    expect([after, before, filter.period]).toEqual([undefined, undefined, "30d"]);
    expect(filter.terms).toMatchObject([{ qualifier: "ticket", value: "T-1" }]);
  });

  it.each([["a".repeat(401)], [["one", "two"]]])("leaves out a search that is none: %j", (q) => {
    expect(parseAuditAddress({ q }, NOW)).toMatchObject({ ignored: ["q"], filter: { terms: [] } });
  });

  it("names what a search asks for and this page cannot answer, and keeps the rest", () => {
    const { filter, leftOut } = parseAuditAddress({ q: "outcome:failed actor:ana@example.test" }, NOW);
    expect(leftOut.map(({ text }) => text)).toEqual(["actor:ana@example.test"]);
    expect(filter.terms).toHaveLength(1);
  });

  it("leaves out both times when the end is not after the beginning", () => {
    const { filter, ignored } = parseAuditAddress({ from: "2026-11-02T00:00", to: "2026-11-02T00:00" }, NOW);
    expect(ignored).toEqual(["from", "to"]);
    expect(filter).toMatchObject({ period: "30d" });
  });

  it("overlooks empty and unknown parameters, as a form without JavaScript sends them", () => {
    expect(parseAuditAddress({ q: "", limit: "1000000", page: "abc", actor: "x" }, NOW)).toMatchObject({
      filter: { period: "30d", terms: [] },
      ignored: [],
    });
  });

  it("comes back from its own link as it was", () => {
    const { filter } = parseAuditAddress({ period: "7d", q: 'actor:me -outcome:failed ticket:"T 1&2" 0192d3f0' }, NOW);
    expect(parseAuditAddress(readQuery(auditHref(filter)), NOW).filter).toEqual(filter);
  });

  it("keeps, on later pages, the moment of the first one and the place of a row to the microsecond", () => {
    for (const address of [{ period: "7d" }, { q: "created:>=2026-11-01" }]) {
      const { filter } = parseAuditAddress(address, NOW);
      const later = parseAuditAddress(readQuery(auditPageHref(filter, "after", ROW)), new Date(NOW.getTime() + 60_000));
      expect(later).toMatchObject({ filter, after: ROW });
    }
  });

  it("starts again at the present with every other filter", () => {
    const { filter } = parseAuditAddress({ until: "2026-11-20T00:00:00.000Z", q: "outcome:failed ticket:T-1" }, NOW);
    expect(readQuery(auditTermsHref(filter, filter.terms.slice(0, 1)))).toEqual({ q: "outcome:failed" });
  });

  it("names both times for the export, so that later events stay out", () => {
    const { filter } = parseAuditAddress({ period: "24h", q: "outcome:failed" }, NOW);
    expect(readQuery(auditExportHref(filter))).toEqual({
      q: "outcome:failed",
      from: "2026-11-22T06:00:00.000Z",
      to: "2026-11-23T06:00:00.000Z",
    });
    expect(auditExportHref(filter, "jsonl")).toBe(`${auditExportHref(filter)}&format=jsonl`);
  });
});

describe("created: in the search", () => {
  it("wins over period and times, and leaves open what it does not say", () => {
    const { filter } = parseAuditAddress({ period: "24h", from: "2026-01-01T00:00", q: "created:<2026-11-01" }, NOW);
    const until = new Date("2026-11-01T00:00:00Z");
    expect(filter).toMatchObject({ period: null, from: new Date("2000-01-01T00:00:00Z"), until, isOpen: false });
    expect(parseAuditAddress({ q: "created:>=2026-11-01" }, NOW).filter).toMatchObject({
      from: until,
      until: NOW,
      isOpen: true,
    });
  });

  it("gives way to a period that is chosen afterwards, and is spelled out for the export", () => {
    const { filter } = parseAuditAddress({ q: "created:2026-10 ticket:T-1" }, NOW);
    expect(readQuery(auditPeriodHref(filter, "7d"))).toEqual({ q: "ticket:T-1", period: "7d" });
    expect(readQuery(auditExportHref(filter))).toEqual({
      q: "ticket:T-1",
      from: "2026-10-01T00:00:00.000Z",
      to: "2026-11-01T00:00:00.000Z",
    });
  });

  it("leaves the end of a bundle open where it was not chosen: it ends where the checkpoint does", () => {
    const { filter } = parseAuditAddress({ q: "outcome:failed" }, NOW);
    expect(readQuery(auditExportHref(filter, "bundle"))).toEqual({
      from: "2026-10-24T06:00:00.000Z",
      q: "outcome:failed",
    });
    const chosen = { from: "2026-07-01T00:00:00.000Z", to: "2026-10-01T00:00:00.000Z" };
    expect(readQuery(auditExportHref(parseAuditAddress(chosen, NOW).filter, "bundle"))).toEqual(chosen);
  });
});

function readQuery(href: string): Record<string, string> {
  return Object.fromEntries(new URL(href, "http://desk.test").searchParams);
}
