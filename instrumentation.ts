/** Runs once before the first request. A server that is not set up safely must not serve. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { refuseUnsafeStart } = await import("./app/_platform/refuse-unsafe-start.ts");
  await refuseUnsafeStart();
}

export async function onRequestError(
  error: unknown,
  request: { path: string; method: string; headers: NodeJS.Dict<string | string[]> },
): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { logger } = await import("./app/_platform/logger.ts");
  const digest = error instanceof Error && "digest" in error ? error.digest : undefined;
  // The path only: an address may carry a name somebody searched for.
  const { method, headers } = request;
  logger.error(
    { err: error, digest, requestId: headers["x-request-id"], method, path: request.path.split("?")[0] },
    "request failed",
  );
}
