import { loadEnvironment } from "#features/frame/loaders.ts";
import { environmentIcon } from "#ui/environment.ts";

export const dynamic = "force-dynamic";

/** The tab icon, coloured by environment. The address carries the environment too, so that no browser cache mixes two up. */
export function GET(): Response {
  return new Response(environmentIcon(loadEnvironment()), {
    headers: { "content-type": "image/svg+xml", "cache-control": "public, max-age=86400" },
  });
}
