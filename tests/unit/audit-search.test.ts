import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AUDIT_ACTIONS } from "#domain/audit-event.ts";
import {
  COMMAND_ACTORS,
  formatAuditSearch,
  parseAuditSearch,
  recordedTimes,
  valuesOf,
} from "#features/audit-search/schema.ts";

const ID = "0192d3f0-1111-7abc-8def-0123456789ab";

describe("the search of the audit page", () => {
  it.each([
    ["actor:me", [["actor", false, "me"]]],
    [`-actor:${ID}`, [["actor", true, ID]]],
    [`Target:${ID.toUpperCase()}`, [["target", false, ID]]],
    [
      "actor:sweep.* -action:audit.viewed",
      [
        ["actor", false, "sweep.*"],
        ["action", true, "audit.viewed"],
      ],
    ],
    [
      'ticket:"OPS 12 & more" 9F3C21',
      [
        ["ticket", false, "OPS 12 & more"],
        [null, false, "9F3C21"],
      ],
    ],
    [
      "ticket:OPS-* -ticket:*",
      [
        ["ticket", false, "OPS-*"],
        ["ticket", true, "*"],
      ],
    ],
    [
      "operation:0192d3f0*  request:req-1",
      [
        ["operation", false, "0192d3f0*"],
        ["request", false, "req-1"],
      ],
    ],
    ["outcome:failed outcome:failed", [["outcome", false, "failed"]]],
    ['-actor:"command: audit-*"', [["actor", true, "command: audit-*"]]],
  ])("reads %s", (text, expected) => {
    const { terms, leftOut } = parseAuditSearch(text);
    expect(terms.map(({ qualifier, isNegated, value }) => [qualifier, isNegated, value])).toEqual(expected);
    expect(leftOut).toEqual([]);
  });

  it.each(COMMAND_ACTORS)("reads the actor %j, of which a part would be taken for a name", (actor) => {
    const { terms, leftOut } = parseAuditSearch(`actor:"${actor}"`);
    expect(terms).toEqual([{ qualifier: "actor", isNegated: false, value: actor }]);
    expect(leftOut).toEqual([]);
  });

  it.each([
    ["actor:", "nothing follows"],
    ["actor:ana@example.test", "e-mail"],
    ["ana@example.test", "e-mail"],
    ["Ferreira", "neither an id nor a ticket"],
    ['"Ana Ferreira"', "neither an id nor a ticket"],
    ["actor:Ana", "names stay out"],
    ['actor:"Ana Ferreira"', "names stay out"],
    ["actor:ferreira", "names stay out"],
    ['actor:"command: Ana Ferreira"', "names stay out"],
    ["person:me", "no such qualifier"],
    ["abc", "4 characters"],
    ["target:ab*", "4 characters"],
    ["operation:0192*", "8 characters"],
    ["operation:0192d3f0", "not whole"],
    ["operation:nonsense", "no id of an operation"],
    ["target:a*b", "only stand at the end"],
    ["action:exchange.deleted", "no action is called that"],
    // Would keep the whole process busy for years if each of them were tried at each place.
    [`action:${"*".repeat(60)}q`, "no action is called that"],
    ["outcome:'OR(1=1)--", "no outcome is called that"],
    ["decision:maybe", "no decision is called that"],
    ["-created:2026-11", "cannot be excluded"],
    ["created:yesterday", "no time"],
    ["created:2026-02-30", "no time"],
    ["created:>=9999-01-01", "no time"],
    ["created:2026-11..", "no time"],
    ["created:2026-11-02..2026-11-01", "ends before it begins"],
    ['ticket:"OPS', "quote is not closed"],
    ["ticket:a\u202eb", "invisible"],
    ["ticket:a\u0000b", "invisible"],
    [`request:${"a".repeat(201)}`, "too long"],
  ])("leaves out %j, says why, and keeps the rest", (part, reason) => {
    const { terms, leftOut } = parseAuditSearch(`${part} outcome:failed`);
    expect(leftOut).toHaveLength(1);
    expect(leftOut[0]?.because).toContain(reason);
    expect(formatAuditSearch(terms)).toBe("outcome:failed");
  });

  it("takes twenty terms and names the others", () => {
    const { terms, leftOut } = parseAuditSearch(Array.from({ length: 22 }, (_, place) => `id-${place}000`).join(" "));
    expect([terms.length, leftOut.length]).toEqual([20, 2]);
  });

  it("never crashes, and reads its own tidy text back as the same terms", () => {
    const piece = fc.constantFrom(
      "-",
      ":",
      '"',
      "*",
      " ",
      "..",
      ">=",
      "actor",
      "created",
      "ticket",
      "0192d3f0",
      "OPS-1",
      "me",
      "2026-11",
      "\\",
      "%",
      "é",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (text) => {
          const { terms } = parseAuditSearch(text);
          expect(parseAuditSearch(formatAuditSearch(terms))).toEqual({ terms, leftOut: [] });
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("a closed list", () => {
  const actions = (text: string) => valuesOf("action", parseAuditSearch(text).terms);

  it("is spelled out from wildcards, alternatives and what is left out", () => {
    expect(actions("action:reauth_session.* -action:*.revealed")).toEqual([
      "reauth_session.requested",
      "reauth_session.answered",
    ]);
    expect(actions("action:audit.viewed action:audit.exported")).toEqual(["audit.viewed", "audit.exported"]);
    expect(actions("-action:audit.viewed")).toEqual(AUDIT_ACTIONS.filter((action) => action !== "audit.viewed"));
    expect(actions("action:audit.viewed -action:audit.*")).toEqual([]);
    expect(actions("outcome:failed")).toEqual([...AUDIT_ACTIONS]);
  });

  it("takes a dot for a dot", () => {
    expect(parseAuditSearch("action:audit?viewed").terms).toEqual([]);
    expect(parseAuditSearch("action:auditxviewed").terms).toEqual([]);
  });
});

describe("created:", () => {
  it.each([
    ["2026-11", "2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"],
    ["2026-12", "2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["2026", "2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["2026-11-30", "2026-11-30T00:00:00.000Z", "2026-12-01T00:00:00.000Z"],
    ["2026-11-30T23:59Z", "2026-11-30T23:59:00.000Z", "2026-12-01T00:00:00.000Z"],
    [">=2026-11-01", "2026-11-01T00:00:00.000Z", undefined],
    [">2026-11-01", "2026-11-02T00:00:00.000Z", undefined],
    ["<2026-11-01", undefined, "2026-11-01T00:00:00.000Z"],
    ["<=2026-11-01", undefined, "2026-11-02T00:00:00.000Z"],
    ["2026-11-01..2026-11-15", "2026-11-01T00:00:00.000Z", "2026-11-16T00:00:00.000Z"],
    ["2026-11..*", "2026-11-01T00:00:00.000Z", undefined],
    ["*..2026-10", undefined, "2026-11-01T00:00:00.000Z"],
  ])("%s means from %s until %s, in UTC", (value, from, until) => {
    const times = recordedTimes(parseAuditSearch(`created:${value}`).terms);
    expect([times.from?.toISOString(), times.until?.toISOString()]).toEqual([from, until]);
  });

  it("holds all at once when it is said twice", () => {
    const times = recordedTimes(parseAuditSearch("created:>=2026-11-01 created:<2026-11-03 created:2026").terms);
    expect(times).toEqual({ from: new Date("2026-11-01T00:00:00Z"), until: new Date("2026-11-03T00:00:00Z") });
  });
});
