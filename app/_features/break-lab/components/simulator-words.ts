import type { JournalEntry } from "#features/simulator-controls/data.ts";
import { BREAK_LABELS, BREAKS } from "#features/simulator-controls/schema.ts";
import { DWOLLA_TOKEN_SECONDS } from "../schema.ts";
import { FAULT_KIND_WORDS } from "./lab-words.ts";

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
  if (as) return BREAK_LABELS[as];
  return typeof body?.as === "string" ? `Broken: ${body.as}` : "Broken in no known way";
}

/** What was set for everybody; null for what says nothing about a link. */
export function controlWords({ method, path, body }: JournalEntry): string | null {
  const [, kind = "", name = "", verb = ""] = path.split("/");
  switch (kind) {
    case "outage":
      if (body?.as === "none") return "Dwolla is back";
      return body?.as === "hang" ? "Dwolla answers nobody any more" : "Dwolla cuts every connection off";
    case "faults":
      return method === "DELETE" ? "Calls go wrong no more" : faultWords(body);
    case "clock":
      return clockWords(body?.advanceSeconds);
    case "settings":
      return settingsWords(body ?? {});
    case "partners":
      return verb === "repair" ? `${name} works again` : `All of ${name}: ${breakWords(body)}`;
    case "webhooks":
      return name === "mischief" ? mischiefWords(body ?? {}) : `Webhooks: ${name}`;
    default:
      return null;
  }
}

function clockWords(seconds: unknown): string {
  return typeof seconds === "number"
    ? `The clock is moved by ${sizeWords(seconds)}`
    : "The clock is moved by no known time";
}

function faultWords(body: JournalEntry["body"]): string {
  if (typeof body?.path !== "string") return "Calls will go wrong in no known way";
  const { kind, status } = (body?.fault ?? {}) as { kind?: unknown; status?: unknown };
  const becomes =
    status === undefined ? (FAULT_KIND_WORDS[String(kind)] ?? String(kind)) : `answered ${String(status)}`;
  return `Calls of ${body.path} will go wrong: ${becomes}`;
}

type Body = NonNullable<JournalEntry["body"]>;

/** A control that sets things back sets several at once. */
function settingsWords({ latencyMs, callsPerSecond, tokenLifetimeSeconds }: Body): string {
  const says = [
    Number(latencyMs) > 0 && `every call takes ${String(latencyMs)} ms longer`,
    typeof callsPerSecond === "number" && `more than ${callsPerSecond} calls a second are answered 429`,
    Number(tokenLifetimeSeconds) < DWOLLA_TOKEN_SECONDS && `access tokens live ${String(tokenLifetimeSeconds)} s`,
  ].filter((each) => each !== false);
  return says.length > 0 ? `From now on ${says.join(", ")}` : "Calls take their usual time, without a limit";
}

function mischiefWords({ lose, loseShare, duplicateShare, reorder, delaySeconds, hold }: Body): string {
  const says = [
    Number(lose) > 0 && `the next ${lose === 1 ? "one is" : `${String(lose)} are`} lost`,
    Number(loseShare) > 0 && "they are lost",
    Number(duplicateShare) > 0 && "they come twice",
    Number(delaySeconds) > 0 && `they come ${String(delaySeconds)} s late`,
    reorder === true && "they come in any order",
    Array.isArray(hold) && hold.length > 0 && "they are held",
  ].filter((each) => each !== false);
  return says.length > 0 ? `Webhooks from now on: ${says.join(", ")}` : "Webhooks come as they should";
}

function sizeWords(seconds: number): string {
  if (seconds % 86_400 === 0) return seconds === 86_400 ? "a day" : `${seconds / 86_400} days`;
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${Math.round(seconds / 60)} min`;
}
