import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../../scripts/audit-erase-command.ts";

const ID = "0192d3f0-1111-7abc-8def-0123456789ab";
const WHOLE = ["--person", ID.toUpperCase(), "--asked-by", ID, "--reason", "The person has asked for it."];

describe("the command that erases personal data", () => {
  it("knows whose, who asked and why", () => {
    expect(parseCommandLine(WHOLE)).toEqual({ person: ID, askedBy: ID, reason: "The person has asked for it." });
  });

  it.each([
    ["nothing", []],
    ["no asker", WHOLE.slice(0, 2)],
    ["no reason", WHOLE.slice(0, 4)],
    ["a name", ["--person", "Ana", ...WHOLE.slice(2)]],
    ["more than it knows", [...WHOLE, "--all"]],
  ])("does nothing when it is told %s", (_what, args) => {
    expect(parseCommandLine(args)).toMatch(/^Nothing was erased: /);
  });
});
