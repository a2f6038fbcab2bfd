/** An address that answered with an error is not asked again by the browser itself. */
const ASK_AGAIN_MS = 15_000;
/** How long ago a part of a page may have been read by the time it begins to follow: parts come to life one after the other. */
const READ_BEFORE_FOLLOWING_MS = 5_000;

interface Follower {
  topic: string;
  /** Called too when changes of the topic may have been missed. `toldAt`: when this tab heard of it, by `performance.now()`. */
  onChange: (toldAt: number) => void;
}

interface ChangeStream {
  followers: Set<Follower>;
  /** When something of a topic was last told. */
  lastTold(topic: string): number;
  end(): void;
}

const streams = new Map<string, ChangeStream>();

/**
 * Follows one topic of the changes that the address tells of, while somebody can see the page. All followers in a tab share one
 * connection: a browser has few for one host. A change that was told just before somebody follows is told to them too.
 */
export function followChanges(href: string, follower: Follower): () => void {
  const stream = streams.get(href) ?? openStream(href);
  streams.set(href, stream);
  stream.followers.add(follower);
  const toldAt = stream.lastTold(follower.topic);
  if (performance.now() - toldAt < READ_BEFORE_FOLLOWING_MS) follower.onChange(toldAt);
  return () => {
    stream.followers.delete(follower);
    if (stream.followers.size > 0) return;
    stream.end();
    streams.delete(href);
  };
}

function openStream(href: string): ChangeStream {
  const followers = new Set<Follower>();
  const toldAt = new Map<string | undefined, number>();
  let source: EventSource | null = null;
  let mayHaveMissed = false;

  /** Without a topic: of each something may have been missed. */
  const tell = (topic?: string) => {
    const at = performance.now();
    toldAt.set(topic, at);
    for (const follower of followers) if (topic === undefined || topic === follower.topic) follower.onChange(at);
  };
  const listen = () => {
    source?.close();
    source = null;
    if (document.visibilityState !== "visible") return;
    source = new EventSource(href);
    source.addEventListener("change", ({ data }: MessageEvent<string>) => tell(data));
    // Without a connection nothing is read again: a page that shows what was known beats one that says it cannot be read.
    source.addEventListener("open", () => {
      if (mayHaveMissed) tell();
      mayHaveMissed = true;
    });
    source.addEventListener("error", () => {
      mayHaveMissed = true;
    });
  };
  const askAgain = setInterval(() => {
    if (source?.readyState === EventSource.CLOSED) listen();
  }, ASK_AGAIN_MS);

  listen();
  document.addEventListener("visibilitychange", listen);
  return {
    followers,
    lastTold: (topic) => Math.max(...[topic, undefined].map((each) => toldAt.get(each) ?? Number.NEGATIVE_INFINITY)),
    end() {
      source?.close();
      clearInterval(askAgain);
      document.removeEventListener("visibilitychange", listen);
    },
  };
}
