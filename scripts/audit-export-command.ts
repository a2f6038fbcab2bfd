import { randomUUID } from "node:crypto";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { parseAuditAddress } from "#features/audit/schema.ts";
import { type AuditExporter, type BundleInput, exportAuditBundle } from "#features/audit-exports/mutations.ts";
import { BUNDLE_REFUSAL_WORDS } from "#features/audit-exports/schema.ts";
import type { WrittenBundle } from "#platform/audit-bundle.ts";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";

export interface ExportCommand extends BundleInput {
  out: string;
}

const text = { type: "string" } as const;
const OPTIONS = { from: text, to: text, q: text, since: text, out: text };
/** Before any trail began. */
const BEGINNING = "2000-01-01T00:00:00Z";

/** What is to be done, or in words why that cannot be said. */
export function parseCommandLine(args: string[]): ExportCommand | string {
  try {
    const { from, to, q, since: sinceFile, out = nameOf(from, to) } = parseArgs({ args, options: OPTIONS }).values;
    const times = { from: from ? instant(from) : BEGINNING, to: to && instant(to) };
    const { filter, ignored, leftOut } = parseAuditAddress({ q, ...times }, new Date());
    const senseless = [...ignored.map((name) => `--${name}`), ...leftOut.map(({ text: part }) => part)];
    if (senseless.length > 0) return `Nothing was exported: ${senseless.join(", ")} makes no sense.`;
    if (sinceFile !== undefined && !existsSync(sinceFile))
      return `Nothing was exported: there is no earlier checkpoint at ${sinceFile}.`;
    // Evidence is not written over: which of two files somebody was given could not be told afterwards.
    if (existsSync(out)) return `Nothing was exported: ${out} is there already. Name another file with --out.`;
    return { filter, ...(sinceFile !== undefined && { since: readFileSync(sinceFile, "utf8") }), out };
  } catch (error) {
    return `Nothing was exported: ${error instanceof Error ? error.message : error}`;
  }
}

function nameOf(from = "beginning", to = "now"): string {
  return `audit-evidence_${from}_${to}.zip`.replaceAll(":", "");
}

/** A day is its first moment, UTC. */
function instant(text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
}

/** Exports and says what was written. Gives the exit code: 0 when the file is there, whole. Ctrl-C breaks it off, on record. */
export async function runExport({ out, ...input }: ExportCommand): Promise<number> {
  const { ctx, close } = await commandLineContext();
  try {
    const begun = await exportAuditBundle({ ctx, input });
    if (!begun.ok) {
      console.error(`Nothing was exported. ${BUNDLE_REFUSAL_WORDS[begun.reason]}`);
      return 1;
    }
    console.log(wordsOf(out, begun, await writeFile(out, begun)));
    return 0;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    console.error(
      isDatabaseOutage(error)
        ? "Nothing was exported: the desk's database does not answer."
        : `Nothing was exported: ${words}`,
    );
    return 1;
  } finally {
    await close();
  }
}

/** Under its name stands only what is whole, also when two write to the same one at once. */
async function writeFile(out: string, { parts }: Begun): Promise<WrittenBundle> {
  const unfinished = `${out}.${process.pid}.part`;
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  let written: WrittenBundle | undefined;
  const noted = async function* () {
    written = yield* parts;
  };
  try {
    const target = createWriteStream(unfinished);
    await pipeline(Readable.from(noted(), { objectMode: false }), target, { signal: stop.signal });
    await rename(unfinished, out);
    return written as WrittenBundle;
  } catch (error) {
    // Resolves when it is on record that nothing came of it.
    await parts.return(undefined as never);
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

type Begun = Extract<Awaited<ReturnType<typeof exportAuditBundle>>, { ok: true }>;

function wordsOf(out: string, { kind, checkpoint }: Begun, { events, bytes, sha256 }: WrittenBundle): string {
  return `Written     ${out}, ${bytes} bytes
Events      ${events}, ${kind === "range" ? "everything of the period" : "a selection by filter"}
SHA-256     ${sha256}
Checkpoint  of ${checkpoint.size} events, signed by key ${checkpoint.keyId}
Check it    npm run audit:verify -- ${out} --key audit.pub`;
}

async function commandLineContext(): Promise<{ ctx: AuditExporter; close: () => Promise<void> }> {
  const { refuseUnsafeStart } = await import("#platform/refuse-unsafe-start.ts");
  await refuseUnsafeStart();
  const [{ auditorCopyOut, auditorDb, db }, { env }] = await Promise.all([
    import("#platform/db.ts"),
    import("#platform/env.ts"),
  ]);
  const ctx: AuditExporter = {
    actor: { type: "system", job: "command: audit-export" },
    environment: env().RECONNECT_ENVIRONMENT,
    origin: { requestId: randomUUID(), ip: null, userAgent: null },
    now: () => new Date(),
    db: db(),
    auditorDb: auditorDb(),
    copyOut: auditorCopyOut(),
  };
  const close = async () => {
    await Promise.all([db().$disconnect(), auditorDb().$disconnect()]);
  };
  return { ctx, close };
}
