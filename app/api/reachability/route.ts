import { loadReachability } from "#features/reachability/loaders.ts";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  return Response.json(await loadReachability(), { headers: { "cache-control": "no-store" } });
}
