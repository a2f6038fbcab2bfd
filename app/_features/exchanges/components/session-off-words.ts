import type { Obstacle } from "#features/reauth-sessions/schema.ts";
import { formatUtc } from "#ui/time-format.ts";
import type { ExchangeScreen, SessionOff } from "../loaders.ts";

const roles = new Intl.ListFormat("en", { type: "conjunction" });

export function sessionOffWords(off: SessionOff, partner: string): string {
  switch (off.reason) {
    case "role":
      return `Your role (${off.role}) may not create sessions; ${roles.format(off.allowedRoles.map((role) => `${role}s`))} may.`;
    case "removed":
      return "This link was removed. The customer links the bank anew in your app.";
    case "partner_has_no_sessions":
      return `${partner} gives no re-auth sessions. The customer links the bank anew in your app.`;
    case "no_open_case":
      return "This link has no open repair case, so there is nothing to repair.";
  }
}

/** Why making a session is not what to do next, though the button stands: null where it is. */
export function anotherSessionWords({
  waiting,
  obstacle,
}: Pick<ExchangeScreen, "waiting" | "obstacle">): string | null {
  if (obstacle) return obstacleWords(obstacle);
  return waiting && "A session waits to be revealed. Create another only if that one is of no use.";
}

function obstacleWords(obstacle: Obstacle): string {
  const { by } = obstacle;
  if (obstacle.reason === "in_flight")
    return `${by} is creating a session right now. Another is refused until Dwolla has answered.`;
  return `${by} created a session a moment ago. Another is refused until ${formatUtc(obstacle.until)}, so that the customer is not handed two.`;
}
