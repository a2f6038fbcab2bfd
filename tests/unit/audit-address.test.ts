import { describe, expect, it } from "vitest";
import { auditExportHref, auditHref, auditPageHref, parseAuditAddress } from "#features/audit/schema.ts";

const NOW = new Date("2026-11-23T06:00:00.000Z");
const ROW = { recordedAt: "2026-11-22T10:20:30.123456Z", eventId: "0192d3f0-1111-7abc-8def-0123456789ab" };

describe("the address of the audit page", () => {
  it("means the last 30 days, open to now, when it says nothing", () => {
    const { filter, ignored } = parseAuditAddress({}, NOW);
    expect(filter).toEqual({ period: "30d", from: new Date("2026-10-24T06:00:00.000Z"), until: NOW, isOpen: true });
    expect(ignored).toEqual([]);
  });

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
    ["action", "exchange.deleted"],
    ["outcome", "' OR 1=1 --"],
    ["decision", "maybe"],
    ["actor", "a".repeat(201)],
    ["actor", ["one", "two"]],
    ["target", "a\u0000b"],
    ["target", "Ana Ferreira"],
    ["q", "ana@example.test"],
    ["q", "Ana Ferreira"],
    ["ticket", "a\u202eb"],
    ["q", "abc"],
    ["after", "2026-11-22T10:20:30.123456Z"],
    ["after", "2026-02-30T10:20:30.123456Z_0192d3f0-1111-7abc-8def-0123456789ab"],
    ["before", "1_2"],
  ])("leaves out %s=%j and names it, and keeps the rest", (name, value) => {
    const { filter, ignored, after, before } = parseAuditAddress(
      { [name]: value, ...(name !== "ticket" && { ticket: "T-1" }) },
      NOW,
    );
    expect(ignored).toEqual([name]);
    expect({ ...filter, after, before }).not.toHaveProperty(name, value);
    if (name !== "ticket") expect(filter.ticket).toBe("T-1");
  });

  it("leaves out both times when the end is not after the beginning", () => {
    const { filter, ignored } = parseAuditAddress(
      { from: "2026-11-02T00:00", to: "2026-11-02T00:00", ticket: "T-1" },
      NOW,
    );
    expect(ignored).toEqual(["from", "to"]);
    expect(filter).toMatchObject({ period: "30d", ticket: "T-1" });
  });

  it("overlooks empty and unknown parameters, as a form without JavaScript sends them", () => {
    expect(parseAuditAddress({ actor: "", q: "", limit: "1000000", page: "abc" }, NOW)).toMatchObject({
      filter: { period: "30d" },
      ignored: [],
    });
  });

  it("comes back from its own link as it was", () => {
    const address = {
      period: "7d",
      actor: "a-1",
      action: "audit.viewed",
      outcome: "failed",
      decision: "allow",
      ticket: "T 1&2",
      q: "0192",
    };
    const { filter } = parseAuditAddress(address, NOW);
    expect(parseAuditAddress(readQuery(auditHref(filter)), NOW).filter).toEqual(filter);
  });

  it("keeps, on later pages, the moment of the first one and the place of a row to the microsecond", () => {
    const { filter } = parseAuditAddress({ period: "7d" }, NOW);
    const later = parseAuditAddress(readQuery(auditPageHref(filter, "after", ROW)), new Date(NOW.getTime() + 60_000));
    expect(later).toMatchObject({ filter, after: ROW });
  });

  it("starts again at the present with every other filter", () => {
    const { filter } = parseAuditAddress({ until: "2026-11-20T00:00:00.000Z" }, NOW);
    expect(readQuery(auditHref(filter, { outcome: "failed" }))).toEqual({ outcome: "failed" });
  });

  it("names both times for the export, so that later events stay out", () => {
    const { filter } = parseAuditAddress({ period: "24h", outcome: "failed" }, NOW);
    expect(readQuery(auditExportHref(filter))).toEqual({
      from: "2026-11-22T06:00:00.000Z",
      to: "2026-11-23T06:00:00.000Z",
      outcome: "failed",
    });
  });

  it("leaves the end of a bundle open where it was not chosen: it ends where the checkpoint does", () => {
    const { filter } = parseAuditAddress({ outcome: "failed" }, NOW);
    expect(readQuery(auditExportHref(filter, "bundle"))).toEqual({
      from: "2026-10-24T06:00:00.000Z",
      outcome: "failed",
    });
    const chosen = { from: "2026-07-01T00:00:00.000Z", to: "2026-10-01T00:00:00.000Z" };
    expect(readQuery(auditExportHref(parseAuditAddress(chosen, NOW).filter, "bundle"))).toEqual(chosen);
  });
});

function readQuery(href: string): Record<string, string> {
  return Object.fromEntries(new URL(href, "http://desk.test").searchParams);
}
