import { describe, expect, it, vi } from "vitest";
import type { ErasePersonalDataInput } from "#features/personal-data/schema.ts";
import { parseCommandLine, runErase } from "../../scripts/audit-erase-command.ts";

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

  it.each([
    ["no environment", { RECONNECT_ENVIRONMENT: "" }, "Nothing was erased: RECONNECT_ENVIRONMENT has to be one of"],
    ["no database that answers", {}, "Nothing was erased: the desk's database does not answer."],
  ])("says in one sentence that there is %s", async (_what, changed, words) => {
    const settings = { RECONNECT_ENVIRONMENT: "simulator", MIGRATION_DATABASE_URL: "postgresql://a:b@127.0.0.1:1/c" };
    for (const [name, value] of Object.entries({ ...settings, ...changed })) vi.stubEnv(name, value);
    const said = vi.mocked(console.error);
    const code = await runErase(parseCommandLine(WHOLE) as ErasePersonalDataInput);
    const [[sentence] = []] = said.mock.calls;
    said.mockClear();
    vi.unstubAllEnvs();

    expect([code, sentence]).toEqual([1, expect.stringContaining(words)]);
    expect(sentence).not.toContain("\n");
  });
});
