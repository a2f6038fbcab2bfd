import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AuditEventScreen } from "#features/audit/components/audit-event-screen.tsx";
import { loadAuditEvent } from "#features/audit/loaders.ts";
import { EventPersonalData } from "#features/personal-data/components/event-personal-data.tsx";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Audit event" };

export default permittedPage(async ({ params }) => {
  const view = await loadAuditEvent(params.eventId ?? "");
  if (!view) notFound();
  const { eventId } = view.event;
  return (
    <AuditEventScreen
      view={view}
      personalData={<EventPersonalData key={eventId} eventId={eventId} mayReveal={view.mayReveal} />}
    />
  );
});
