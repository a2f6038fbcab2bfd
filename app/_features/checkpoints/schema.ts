import { z } from "zod";

/** A sealer writes its sign of life each second. */
const SILENT_AFTER_MS = 10_000;

/** Also where none has ever run. */
export function isSilent(sealer: { silentMs: number } | null): boolean {
  return sealer === null || sealer.silentMs > SILENT_AFTER_MS;
}

/** Columns that differ from the sealed text are told and stop nothing: what is proven is the text. */
export function stopsSealing(alarmKind: string): boolean {
  return alarmKind !== "differing_columns";
}

/** What becomes of an event that has no number yet. */
export function sealingState({
  sealer,
  alarms,
}: {
  sealer: { silentMs: number } | null;
  alarms: readonly { kind: string }[];
}): "at_work" | "silent" | "refusing" {
  if (isSilent(sealer)) return "silent";
  return alarms.some(({ kind }) => stopsSealing(kind)) ? "refusing" : "at_work";
}

/** The size of a checkpoint, as it stands in an address. */
const sizeSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/)
  .transform(Number)
  .refine(Number.isSafeInteger);

/** Undefined for what is no size: the page then begins with the newest, and a download finds nothing. */
export function parseSize(text: unknown): number | undefined {
  return sizeSchema.safeParse(text).data;
}

export function checkpointNoteHref(size: number): string {
  return `/api/exports/checkpoint?size=${size}`;
}

export const PUBLIC_KEY_HREF = "/api/exports/audit-key";
