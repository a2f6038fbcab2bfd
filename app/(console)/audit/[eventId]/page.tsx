import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AuditEventScreen } from "#features/audit/components/audit-event-screen.tsx";
import { loadAuditEvent } from "#features/audit/loaders.ts";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Audit event" };

export default permittedPage(async ({ params }) => {
  const view = await loadAuditEvent(params.eventId ?? "");
  if (!view) notFound();
  return <AuditEventScreen view={view} />;
});
