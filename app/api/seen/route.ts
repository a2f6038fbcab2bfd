import { loadSeen } from "#features/frame/loaders.ts";

export function POST(): Promise<Response> {
  return loadSeen();
}
