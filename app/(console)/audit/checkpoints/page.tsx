import type { Metadata } from "next";
import { CheckpointsScreen } from "#features/checkpoints/components/checkpoints-screen.tsx";
import { loadCheckpoints } from "#features/checkpoints/loaders.ts";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Checkpoints" };

export default permittedPage(async ({ searchParams }) => (
  <CheckpointsScreen view={await loadCheckpoints(searchParams)} />
));
