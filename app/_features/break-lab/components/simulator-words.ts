import type { JournalEntry } from "#features/simulator-controls/data.ts";
import { BREAK_LABELS, BREAKS } from "#features/simulator-controls/schema.ts";

/** What was done to the link itself; null for what was done to everybody's Dwolla. */
export function actWords({ path, body }: JournalEntry): string | null {
  const [, kind = "", , verb = ""] = path.split("/");
  if (kind !== "exchanges") return null;
  if (verb === "repair") return "Made to work again";
  if (verb !== "break") return null;
  return breakWords(body);
}

function breakWords(body: JournalEntry["body"]): string {
  const as = BREAKS.find((name) => name === body?.as);
  return as ? BREAK_LABELS[as] : `Broken: ${String(body?.as)}`;
}

/** What was set for everybody; null for what says nothing about a link. */
export function controlWords({ method, path, body }: JournalEntry): string | null {
  const [, kind = "", name = "", verb = ""] = path.split("/");
  switch (kind) {
    case "outage":
      return body?.as === "none" ? "Dwolla is back" : `Dwolla is away: ${String(body?.as)}`;
    case "faults":
      return method === "DELETE" ? "Calls go wrong no more" : faultWords(body);
    case "clock":
      return `The clock is moved by ${sizeWords(Number(body?.advanceSeconds))}`;
    case "settings":
      return "Settings of Dwolla are changed";
    case "partners":
      return verb === "repair" ? `${name} works again` : `All of ${name}: ${breakWords(body)}`;
    case "webhooks":
      return name === "mischief" ? "Webhooks change their ways" : `Webhooks: ${name}`;
    default:
      return null;
  }
}

function faultWords(body: JournalEntry["body"]): string {
  const fault = body?.fault as { kind?: unknown } | undefined;
  return `Calls of ${String(body?.path)} will go wrong: ${String(fault?.kind)}`;
}

function sizeWords(seconds: number): string {
  if (seconds % 86_400 === 0) return seconds === 86_400 ? "a day" : `${seconds / 86_400} days`;
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${Math.round(seconds / 60)} min`;
}
