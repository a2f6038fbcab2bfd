import { shortenId } from "#ui/short-id.tsx";
import type { AuditEventView } from "../data.ts";

type ActorFacts = Pick<AuditEventView, "actorType" | "actorId" | "actorRole">;

/** Who acted, with the role that person had then. */
export function AuditActor({ event, names }: { event: ActorFacts; names: Map<string, string> }) {
  return (
    <>
      {actorName(event, names)}
      {event.actorRole && <span className="text-muted">, {event.actorRole}</span>}
    </>
  );
}

function actorName({ actorType, actorId }: ActorFacts, names: Map<string, string>): string {
  if (actorType === "anonymous") return "Not signed in";
  if (actorType === "system") return `System: ${actorId}`;
  return names.get(actorId) ?? shortenId(actorId);
}
