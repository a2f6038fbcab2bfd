/** An address that answered with an error is not asked again by the browser itself. */
const ASK_AGAIN_MS = 15_000;

interface Follower {
  topic: string;
  /** Called too when changes of the topic may have been missed. */
  onChange: () => void;
}

interface ChangeStream {
  followers: Set<Follower>;
  end(): void;
}

const streams = new Map<string, ChangeStream>();

/**
 * Follows one topic of the changes that the address tells of, while somebody can see the page. All followers in a tab share one
 * connection: a browser has few for one host.
 */
export function followChanges(href: string, follower: Follower): () => void {
  const stream = streams.get(href) ?? openStream(href);
  streams.set(href, stream);
  stream.followers.add(follower);
  return () => {
    stream.followers.delete(follower);
    if (stream.followers.size > 0) return;
    stream.end();
    streams.delete(href);
  };
}

function openStream(href: string): ChangeStream {
  const followers = new Set<Follower>();
  let source: EventSource | null = null;
  let mayHaveMissed = false;

  const tell = (topic?: string) => {
    for (const follower of followers) if (topic === undefined || topic === follower.topic) follower.onChange();
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
    end() {
      source?.close();
      clearInterval(askAgain);
      document.removeEventListener("visibilitychange", listen);
    },
  };
}
