import type { Metadata } from "next";
import { AuditScreen } from "#features/audit/components/audit-screen.tsx";
import { loadAuditPage } from "#features/audit/loaders.ts";
import { ExportButtons } from "#features/audit-exports/components/export-buttons.tsx";
import { AlarmNotices } from "#features/checkpoints/components/alarm-notices.tsx";
import { SilenceNotice } from "#features/checkpoints/components/sealer-silence.tsx";
import { permittedPage } from "../permitted-page.tsx";

export const metadata: Metadata = { title: "Audit" };

export default permittedPage(async ({ searchParams }) => {
  const page = await loadAuditPage(searchParams);
  return (
    <>
      <SilenceNotice sealer={page.sealing.sealer} />
      {page.scope.all && <AlarmNotices alarms={page.sealing.alarms} />}
      <AuditScreen
        page={page}
        exports={page.mayExport && <ExportButtons filter={page.filter} checkpoint={page.print.checkpoint} />}
      />
    </>
  );
});
