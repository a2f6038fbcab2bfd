import Link from "next/link";
import { shortenId } from "#ui/short-id.tsx";
import type { AuditEventView } from "../data.ts";
import { actorTrailHref } from "../schema.ts";

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

/** The same, and the way to what else this actor did. */
export function AuditActorLink({ event, names }: { event: ActorFacts; names: Map<string, string> }) {
  return (
    <Link href={actorTrailHref(event.actorId)} prefetch={false} className="hover:underline">
      <AuditActor event={event} names={names} />
    </Link>
  );
}

function actorName({ actorType, actorId }: ActorFacts, names: Map<string, string>): string {
  if (actorType === "anonymous") return "Not signed in";
  if (actorType === "system") return `System: ${actorId}`;
  return names.get(actorId) ?? shortenId(actorId);
}
