import { AppError } from "#domain/errors.ts";
import { loadChanges } from "#features/changes/loaders.ts";

export const dynamic = "force-dynamic";

export async function GET(request: Request): Promise<Response> {
  try {
    return await loadChanges(request.signal);
  } catch (error) {
    if (error instanceof AppError) return new Response("not for you", { status: 403 });
    throw error;
  }
}
