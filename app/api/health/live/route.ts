import { loadLiveness } from "#features/health/loaders.ts";

export const dynamic = "force-dynamic";

export function GET(): Response {
  return Response.json(loadLiveness());
}
