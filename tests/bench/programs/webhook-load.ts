import { Pool } from "undici";
import { signedWebhooks } from "../support/signed-webhooks.ts";

export interface LoadTask {
  url: string;
  /** GET sends nothing: for an address that only answers. */
  method?: "POST" | "GET";
  /** The status that counts as acknowledged, 200 unless another is given. */
  expects?: number;
  atOnce: number;
  count: number;
  secret: string;
  origin: string;
}

export interface LoadResult {
  ms: number;
  /** Events whose webhook was answered as expected. */
  acknowledged: string[];
  /** Answered otherwise, or not at all. */
  failed: number;
}

process.on("message", async (task: LoadTask) => process.send?.(await send(task)));
process.once("disconnect", () => process.exit(0));
process.send?.({});

/** Sends signed webhooks from so many connections, each the next as soon as the last is answered. Ends early when nobody answers. */
async function send({
  url,
  method = "POST",
  expects = 200,
  atOnce,
  count,
  secret,
  origin,
}: LoadTask): Promise<LoadResult> {
  const webhooks = signedWebhooks(count, { secret, origin });
  const { origin: target, pathname: path } = new URL(url);
  const pool = new Pool(target, { connections: atOnce, pipelining: 1 });
  const acknowledged: string[] = [];
  let failed = 0;
  const queue = webhooks.values();
  const work = async () => {
    for (const { eventId, body, signature } of queue) {
      if (failed > atOnce) return;
      const headers = { "content-type": "application/json", "x-request-signature-sha-256": signature };
      const status = await pool
        .request({ method, path, headers, ...(method === "POST" && { body }) })
        .then(async (answer) => answer.body.dump().then(() => answer.statusCode))
        .catch(() => null);
      if (status === expects) acknowledged.push(eventId);
      else failed += 1;
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  const ms = performance.now() - startedAt;
  await pool.destroy();
  return { ms, acknowledged, failed };
}
