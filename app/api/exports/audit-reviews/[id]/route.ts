import type { NextRequest } from "next/server";
import { ForbiddenError } from "#domain/errors.ts";
import { loadReviewExport } from "#features/audit-reviews/loaders.ts";

export async function GET(_request: NextRequest, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  try {
    return await loadReviewExport((await params).id);
  } catch (error) {
    if (error instanceof ForbiddenError) return new Response(error.message, { status: 403 });
    throw error;
  }
}
