import "server-only";
import { getPrintFacts } from "#features/audit/data.ts";
import type { AuditReader } from "#features/audit/mutations.ts";
import { requirePermission } from "#platform/access.ts";
import { auditorDb } from "#platform/db.ts";
import { requestContext } from "#platform/request-context.ts";
import { listSigningKeys } from "./data.ts";
import { downloadCheckpoint, readCheckpoints } from "./mutations.ts";
import { parseSize } from "./schema.ts";

type Address = Record<string, string | string[] | undefined>;

/** What was signed of the trail, checked anew. @throws ForbiddenError for who may see only own acts. */
export async function loadCheckpoints({ before }: Address) {
  const ctx = await requireReader();
  const view = await readCheckpoints({ ctx, input: { before: parseSize(before) } });
  return { ...view, print: await getPrintFacts(ctx) };
}

/** The note of one checkpoint as a text file: what somebody keeps to compare a later bundle with. */
export async function loadCheckpointNote({ size: text }: Address): Promise<Response> {
  const ctx = await requireReader();
  const size = parseSize(text);
  const note = size === undefined ? null : await downloadCheckpoint({ ctx, input: { size } });
  return note === null ? notThere("No checkpoint has this size.") : textFile(`checkpoint_${size}.txt`, note);
}

/** The newest public key: no secret, and no act that anybody has to account for. */
export async function loadPublicKey(): Promise<Response> {
  await requirePermission("audit:read");
  const newest = (await listSigningKeys(auditorDb())).at(-1);
  return newest ? textFile("audit.pub", `${newest.vkey}\n`) : notThere("No key has signed anything yet.");
}

async function requireReader(): Promise<AuditReader> {
  const actor = await requirePermission("audit:read");
  return { ...(await requestContext(actor)), auditorDb: auditorDb() };
}

function textFile(filename: string, text: string): Response {
  return new Response(text, {
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "content-disposition": `attachment; filename="${filename}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

function notThere(words: string): Response {
  return new Response(words, { status: 404, headers: { "cache-control": "no-store" } });
}
