import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { noteSigner } from "#domain/signed-note.ts";
import { sealerEnv } from "#platform/env.ts";
import { loadSigningKey, makeKey } from "#sealer/signing-key.ts";
import { rotateKey } from "../../scripts/audit-key-commands.ts";
import { exampleEnvironment } from "../../scripts/local-environment.ts";

const { privateKey, pem } = makeKey();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signing-key-"));
  const settings = { ...exampleEnvironment(), AUDIT_SIGNING_KEY_FILE: join(folder, "key.pem") };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it.each([
  ["as it stands in a file", pem],
  ["on one line, with \\n for each end of a line", pem.replaceAll("\n", "\\n")],
])("a key in the environment signs, written %s, and no file is made or read for it", (_how, text) => {
  vi.stubEnv("AUDIT_SIGNING_KEY", text);

  const { verifier } = loadSigningKey(sealerEnv());
  expect(verifier.vkey).toBe(noteSigner(sealerEnv().AUDIT_ORIGIN, privateKey).verifier.vkey);
  expect(readdirSync(folder)).toEqual([]);
});

it("a key in the environment is not rotated, because nobody could put the new one there", async () => {
  vi.stubEnv("AUDIT_SIGNING_KEY", pem);

  await expect(rotateKey()).rejects.toThrow(
    "AUDIT_SIGNING_KEY holds the key itself: rotate with AUDIT_SIGNING_KEY_FILE",
  );
  expect(readdirSync(folder)).toEqual([]);
});
