import type { Metadata } from "next";
import { RetentionScreen } from "#features/purges/components/retention-screen.tsx";
import { loadRetention } from "#features/purges/loaders.ts";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Retention" };

export default permittedPage(async () => <RetentionScreen view={await loadRetention()} />);
