import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AuditEventScreen } from "#features/audit/components/audit-event-screen.tsx";
import { loadAuditEvent } from "#features/audit/loaders.ts";
import { MissingProof } from "#features/checkpoints/components/missing-proof.tsx";
import { ReplayedEvents } from "#features/event-replays/components/replayed-events.tsx";
import { loadReplayedSet } from "#features/event-replays/loaders.ts";
import { EventPersonalData } from "#features/personal-data/components/event-personal-data.tsx";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Audit event" };

export default permittedPage(async ({ params }) => {
  const view = await loadAuditEvent(params.eventId ?? "");
  if (!view) notFound();
  const { eventId, operationId } = view.event;
  const replayed = await loadReplayedSet(operationId, view.story);
  return (
    <AuditEventScreen
      view={view}
      wait={view.sealing && <MissingProof sealing={view.sealing} mayReadAlarms={view.scope.all} />}
      effects={replayed && <ReplayedEvents set={replayed} />}
      personalData={<EventPersonalData key={eventId} eventId={eventId} mayReveal={view.mayReveal} />}
    />
  );
});
