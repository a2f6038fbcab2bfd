import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AuditEventLine } from "#features/audit/components/audit-event-line.tsx";
import { ReviewScreen } from "#features/audit-reviews/components/review-screen.tsx";
import { loadReview } from "#features/audit-reviews/loaders.ts";
import { permittedPage } from "../../../permitted-page.tsx";

export const metadata: Metadata = { title: "Review" };

export default permittedPage(async ({ params }) => {
  const page = await loadReview(params.id ?? "");
  if (!page) notFound();
  const lines = [...page.events].map(
    ([id, event]) => [id, <AuditEventLine key={id} event={event} names={page.names} />] as const,
  );
  return <ReviewScreen page={page} eventLines={Object.fromEntries(lines)} />;
});
