import "server-only";
import { requireActor } from "#platform/access.ts";
import { changes } from "#platform/db.ts";

/** The browser then comes again, and whether it may is asked anew. */
const STREAM_LIFE_MS = 60_000;
const HEARTBEAT_MS = 20_000;
/** What one process has room for. */
const MAX_STREAMS = 500;
/** For a browser that finds no room: it comes again after 15 s and takes each time that something has changed. */
const NO_ROOM = "retry: 15000\n\n";
const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
};

let streams = 0;

/** Server-sent events that name a topic and nothing more, so for all staff: "something on your screen may have changed". */
export async function loadChanges(signal: AbortSignal): Promise<Response> {
  await requireActor();
  if (streams >= MAX_STREAMS) return new Response(NO_ROOM, { headers: STREAM_HEADERS });
  const encoder = new TextEncoder();
  let end = () => {};
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      streams += 1;
      const say = (text: string) => controller.enqueue(encoder.encode(text));
      const unsubscribe = changes().subscribe((topic) => say(`event: change\ndata: ${topic}\n\n`));
      const heartbeat = setInterval(() => say(": still here\n\n"), HEARTBEAT_MS);
      const lifeTimer = setTimeout(() => close(), STREAM_LIFE_MS);
      const close = () => {
        end();
        controller.close();
      };
      end = () => {
        end = () => {};
        streams -= 1;
        unsubscribe();
        clearInterval(heartbeat);
        clearTimeout(lifeTimer);
      };
      signal.addEventListener("abort", () => end());
      say("retry: 1000\n\n");
    },
    cancel: () => end(),
  });
  return new Response(stream, { headers: STREAM_HEADERS });
}
