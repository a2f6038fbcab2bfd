import type { Metadata } from "next";
import { AuditScreen } from "#features/audit/components/audit-screen.tsx";
import { loadAuditPage } from "#features/audit/loaders.ts";
import { permittedPage } from "../permitted-page.tsx";

export const metadata: Metadata = { title: "Audit" };

export default permittedPage(async ({ searchParams }) => <AuditScreen page={await loadAuditPage(searchParams)} />);
