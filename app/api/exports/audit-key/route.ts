import { ForbiddenError } from "#domain/errors.ts";
import { loadPublicKey } from "#features/checkpoints/loaders.ts";

export async function GET(): Promise<Response> {
  try {
    return await loadPublicKey();
  } catch (error) {
    if (error instanceof ForbiddenError)
      return new Response(error.message, { status: 403, headers: { "cache-control": "no-store" } });
    throw error;
  }
}
