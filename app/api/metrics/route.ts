import type { NextRequest } from "next/server";
import { loadMetrics } from "#features/metrics/loaders.ts";

export const dynamic = "force-dynamic";

/** For Prometheus, with METRICS_TOKEN as bearer token; to anybody else there is nothing here. */
export async function GET(request: NextRequest): Promise<Response> {
  const metrics = await loadMetrics(request.headers.get("authorization"));
  if (!metrics) return new Response("Not found", { status: 404 });
  return new Response(metrics.text, { headers: { "content-type": metrics.contentType, "cache-control": "no-store" } });
}
