import { formatUtcClock } from "#ui/time-format.ts";
import type { Reachability } from "../schema.ts";

/** Why nothing can be asked of Dwolla now, beside a button that would; null while it can. */
export function offWords({ state, resumesAt, now }: Reachability): string | null {
  switch (state) {
    case "answers":
      return null;
    case "silent":
      return "Off while Dwolla is not answering; on again by itself.";
    case "limited":
      return `Off until ${resumesAt ? formatUtcClock(resumesAt, now) : "calls resume"}: Dwolla asked us to slow down.`;
  }
}
