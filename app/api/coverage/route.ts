import { ForbiddenError } from "#domain/errors.ts";
import { loadCoverage } from "#features/coverage/loaders.ts";

export const dynamic = "force-dynamic";

/** What the coverage page shows, for programs: exact at `coverage.at`. `week` holds `day`; `links` is `week`, `older` and `never`. */
export async function GET(): Promise<Response> {
  const headers = { "cache-control": "no-store" };
  try {
    return Response.json(await loadCoverage(), { headers });
  } catch (error) {
    if (error instanceof ForbiddenError) return new Response(error.message, { status: 403, headers });
    throw error;
  }
}
