import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../../scripts/audit-export-command.ts";

describe("the command line of an export", () => {
  it("takes days as their first moment in UTC, and names the file by them", () => {
    expect(parseCommandLine(["--from", "2026-07-01", "--to", "2026-10-01"])).toMatchObject({
      filter: { from: new Date("2026-07-01T00:00:00Z"), until: new Date("2026-10-01T00:00:00Z"), isOpen: false },
      out: "audit-evidence_2026-07-01_2026-10-01.zip",
    });
  });

  it("means the whole trail, up to the newest checkpoint, when it says nothing", () => {
    expect(parseCommandLine([])).toMatchObject({ filter: { from: new Date("2000-01-01T00:00:00Z"), isOpen: true } });
  });

  it("takes a search as the page does", () => {
    const command = parseCommandLine(["--q", "ticket:T-1 -outcome:failed", "--out", "a.zip"]);
    expect(command).toMatchObject({
      filter: { terms: [{ qualifier: "ticket" }, { qualifier: "outcome" }] },
      out: "a.zip",
    });
  });

  it.each([
    [["--from", "yesterday"], "--from makes no sense"],
    [["--q", "outcome:fine"], "outcome:fine makes no sense"],
    [["--form", "2026-07-01"], "--form"],
    [["--since", "no-such-file"], "there is no earlier checkpoint at no-such-file"],
    [["--out", "package.json"], "package.json is there already"],
    [["2026-07-01"], "2026-07-01"],
  ])("refuses %j in words", (args, words) => {
    expect(parseCommandLine(args)).toContain(words);
  });
});
