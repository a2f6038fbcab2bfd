import pg from "pg";
import type { Transaction } from "./database-client.ts";

/** The channel on which Postgres tells every process that something on a screen has changed. */
const CHANNEL = "reconnect_desk_changes";
const RECONNECT_AFTER_MS = 1_000;
/** How long ago a page may have been read by the time it begins to listen. */
const READ_BEFORE_LISTENING_MS = 5_000;

/** `desk`: what pages show. `dwolla`: whether Dwolla answers, which stands around every page. */
const TOPICS = ["desk", "dwolla"] as const;
export type ChangeTopic = (typeof TOPICS)[number];

/** Tells those who look at a screen, when this transaction commits and not before. */
export async function announceChange(tx: Transaction, topic: ChangeTopic = "desk"): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${CHANNEL}, ${topic})`;
}

export interface Changes {
  /**
   * Calls back on each change, and for each topic of which changes may have been missed: while the connection was lost or not yet
   * there, and between the reading of a page and this call.
   */
  subscribe(onChange: (topic: ChangeTopic) => void): () => void;
  stop(): Promise<void>;
}

/** Listens on one connection, for as many as want to hear; from the first of them on. */
export function listenToChanges({
  url,
  warn,
  nowMs = () => performance.now(),
}: {
  url: string;
  warn: (error: Error) => void;
  nowMs?: () => number;
}): Changes {
  const subscribers = new Set<(topic: ChangeTopic) => void>();
  let client: pg.Client | null = null;
  const toldAt = new Map<ChangeTopic, number>();
  let isStopped = false;

  const tellAll = (topics: readonly ChangeTopic[]) => {
    for (const topic of topics) {
      toldAt.set(topic, nowMs());
      for (const onChange of subscribers) onChange(topic);
    }
  };

  /** False when Postgres does not answer; then it is asked again by itself. */
  async function connect(): Promise<boolean> {
    const connection = new pg.Client({ connectionString: url, keepAlive: true });
    client = connection;
    const leave = (error: Error) => {
      if (client !== connection) return;
      client = null;
      warn(error);
      if (!isStopped && subscribers.size > 0) setTimeout(() => client ?? connectAndTell(), RECONNECT_AFTER_MS).unref();
    };
    connection.on("error", leave);
    connection.on("end", () => leave(new Error("the connection that listens for changes has ended")));
    connection.on("notification", ({ payload }) => tellAll(TOPICS.filter((topic) => topic === payload)));
    try {
      await connection.connect();
      await connection.query(`LISTEN ${CHANNEL}`);
      return true;
    } catch (error) {
      void connection.end().catch(() => undefined);
      leave(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }

  async function connectAndTell(): Promise<void> {
    if (await connect()) tellAll(TOPICS);
  }

  return {
    subscribe(onChange) {
      subscribers.add(onChange);
      if (client === null && !isStopped) void connectAndTell();
      for (const [topic, at] of toldAt) if (nowMs() - at < READ_BEFORE_LISTENING_MS) onChange(topic);
      return () => void subscribers.delete(onChange);
    },
    async stop() {
      isStopped = true;
      const connection = client;
      client = null;
      await connection?.end();
    },
  };
}
