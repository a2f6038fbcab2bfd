/** While the stream is down. */
const POLL_MS = 15_000;

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
  let wasOpen = false;

  const tell = (topic?: string) => {
    for (const follower of followers) if (topic === undefined || topic === follower.topic) follower.onChange();
  };
  const listen = () => {
    source?.close();
    source = null;
    if (document.visibilityState !== "visible") return;
    source = new EventSource(href);
    source.addEventListener("change", ({ data }: MessageEvent<string>) => tell(data));
    // Between two connections changes were told to nobody; before the first there was the page itself.
    source.addEventListener("open", () => {
      if (wasOpen) tell();
      wasOpen = true;
    });
  };
  const poll = setInterval(() => {
    if (document.visibilityState !== "visible") return;
    if (source?.readyState === EventSource.CLOSED) listen();
    if (source?.readyState !== EventSource.OPEN) tell();
  }, POLL_MS);

  listen();
  document.addEventListener("visibilitychange", listen);
  return {
    followers,
    end() {
      source?.close();
      clearInterval(poll);
      document.removeEventListener("visibilitychange", listen);
    },
  };
}
