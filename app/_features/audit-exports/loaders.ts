import "server-only";
import type { StaffActor } from "#domain/actor.ts";
import { getRecordingTime } from "#features/audit/data.ts";
import { type AuditFilter, parseAuditAddress } from "#features/audit/schema.ts";
import { requirePermission } from "#platform/access.ts";
import { auditorCopyOut, auditorDb } from "#platform/db.ts";
import { fileDownload } from "#platform/file-download.ts";
import { logger } from "#platform/logger.ts";
import { requestContext } from "#platform/request-context.ts";
import { type AuditExporter, exportAuditBundle, exportAuditCopy } from "./mutations.ts";
import { BUNDLE_REFUSAL_WORDS, type CopyFormat } from "./schema.ts";

type Address = Record<string, string | string[] | undefined>;

const COPY_TYPES: Record<CopyFormat, string> = {
  csv: "text/csv; charset=utf-8",
  jsonl: "application/jsonl; charset=utf-8",
};

/** A convenience copy of all events that the address asks for. Never more than was asked for: an address with a senseless value is refused. */
export async function loadAuditCopy({ format = "csv", ...address }: Address): Promise<Response> {
  const actor = await requirePermission("audit:export");
  const { filter, senseless } = await readAddress(address, actor);
  if (format !== "csv" && format !== "jsonl") senseless.push("format");
  if (senseless.length > 0) return refuseAddress(senseless);
  const ctx = await exporter(actor);
  const onFailure = (error: unknown) =>
    logger.error({ err: error, requestId: ctx.origin.requestId }, "audit export ended early");
  const copyFormat = format as CopyFormat;
  const parts = await exportAuditCopy({ ctx, input: { filter, format: copyFormat, onFailure } });
  return fileDownload({ filename: `audit-copy_${period(filter)}.${copyFormat}`, type: COPY_TYPES[copyFormat], parts });
}

/** The same events as a bundle that proves itself, as far as a checkpoint covers them. */
export async function loadAuditBundle(address: Address): Promise<Response> {
  const actor = await requirePermission("audit:export");
  const { filter, senseless } = await readAddress(address, actor);
  if (senseless.length > 0) return refuseAddress(senseless);
  const ctx = await exporter(actor);
  const result = await exportAuditBundle({ ctx, input: { filter } });
  if (!result.ok) return refusal(BUNDLE_REFUSAL_WORDS[result.reason], 409);
  return fileDownload({
    filename: `audit-evidence_${period(filter)}.zip`,
    type: "application/zip",
    parts: logged(result.parts, ctx),
  });
}

async function exporter(actor: StaffActor): Promise<AuditExporter> {
  return { ...(await requestContext(actor)), auditorDb: auditorDb(), copyOut: auditorCopyOut() };
}

/** Whoever waits sees a broken download; what broke it is for the log. */
async function* logged<Part, Done>(parts: AsyncGenerator<Part, Done>, ctx: AuditExporter): AsyncGenerator<Part, Done> {
  try {
    return yield* parts;
  } catch (error) {
    logger.error({ err: error, requestId: ctx.origin.requestId }, "audit bundle broke off");
    throw error;
  }
}

async function readAddress(address: Address, actor: StaffActor) {
  const { filter, ignored, leftOut } = parseAuditAddress(address, await getRecordingTime(auditorDb()), actor.id);
  return { filter, senseless: [...ignored, ...leftOut.map(({ text }) => text)] };
}

function refuseAddress(senseless: string[]): Response {
  return refusal(`Nothing was exported: ${senseless.join(", ")} makes no sense here.`, 400);
}

function refusal(words: string, status: number): Response {
  return new Response(words, { status, headers: { "cache-control": "no-store" } });
}

/** To the minute and without colons, which file names on Windows cannot have. */
function period({ from, until }: AuditFilter): string {
  const [first, last] = [from, until].map((date) => date.toISOString().slice(0, 16).replace(":", ""));
  return `${first}_${last}_utc`;
}
