import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AuditTable } from "#features/audit/components/audit-table.tsx";
import { StandingQueryScreen } from "#features/audit-standing-queries/components/standing-query-screen.tsx";
import { QUERY_WORDS } from "#features/audit-standing-queries/components/standing-words.ts";
import { loadStandingQuery } from "#features/audit-standing-queries/loaders.ts";
import { permittedPage } from "../../../permitted-page.tsx";

export const metadata: Metadata = { title: "Standing query" };

export default permittedPage(async ({ params, searchParams }) => {
  const page = await loadStandingQuery(params.query ?? "", searchParams);
  if (!page) notFound();
  return (
    <StandingQueryScreen page={page}>
      <AuditTable
        events={page.events}
        names={page.names}
        note={{ header: QUERY_WORDS[page.query].note, byEventId: page.notes }}
      />
    </StandingQueryScreen>
  );
});
