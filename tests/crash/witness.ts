import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type pg from "pg";

/** A request for a session as it arrived at Dwolla. */
export interface WitnessedPost {
  exchangeId: string;
  /** Whether an intent for this exchange was committed by then. */
  hadIntent: boolean;
  /** What Dwolla answered, whether or not anybody was left to hear it. */
  status: number | null;
}

/** Stands before Dwolla and looks into the database, on a connection of its own, before it hands a request for a session on. */
export async function startWitness({ target, owner }: { target: string; owner: pg.Pool }) {
  const posts: WitnessedPost[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method, url = "", headers } = incoming;
    const exchangeId = /^\/exchanges\/([^/]+)\/exchange-sessions$/.exec(url)?.[1];
    const post = method === "POST" && exchangeId ? { exchangeId, hadIntent: false, status: null } : null;
    if (post) await witness(owner, post, posts);
    const onward = request(new URL(url, target), { method, headers }, (answer) => {
      if (post) Object.assign(post, { status: answer.statusCode });
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function witness(owner: pg.Pool, post: WitnessedPost, posts: WitnessedPost[]): Promise<void> {
  posts.push(post);
  const { rows } = await owner.query(
    `SELECT 1 FROM audit.event event JOIN "ReauthSession" session ON session.id = event.operation_id
     WHERE session."exchangeId" = $1::uuid AND event.phase = 'intent' AND event.outcome = 'pending'`,
    [post.exchangeId],
  );
  post.hadIntent = rows.length > 0;
}
