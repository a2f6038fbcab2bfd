import { loadChanges } from "#features/changes/loaders.ts";

export const dynamic = "force-dynamic";

export function GET(request: Request): Promise<Response> {
  return loadChanges(request.signal);
}
