import type { NextRequest } from "next/server";
import { ForbiddenError } from "#domain/errors.ts";
import { loadAuditCopy } from "#features/audit-exports/loaders.ts";

export async function GET(request: NextRequest): Promise<Response> {
  try {
    return await loadAuditCopy(Object.fromEntries(request.nextUrl.searchParams));
  } catch (error) {
    if (error instanceof ForbiddenError)
      return new Response(error.message, { status: 403, headers: { "cache-control": "no-store" } });
    throw error;
  }
}
