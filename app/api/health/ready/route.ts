import { loadReadiness } from "#features/health/loaders.ts";

export const dynamic = "force-dynamic";

/** 503 only when nothing can be read; `degraded` still serves. */
export async function GET(): Promise<Response> {
  const readiness = await loadReadiness();
  return Response.json(readiness, { status: readiness.status === "down" ? 503 : 200 });
}
