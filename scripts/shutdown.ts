const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const PARENT_POLL_MS = 500;

// One Ctrl-C arrives two or three times: from the terminal, from npm, from with-dependencies.
const SAME_PRESS_MS = 1_000;

export type Stop = () => Promise<void>;

export interface Cleanup {
  /** Remembers how to stop what was just started. Stops run last-in, first-out. */
  add(stop: Stop): void;
}

/**
 * Runs a program to its exit code, or to the first Ctrl-C (SIGINT, SIGTERM, SIGHUP; then with `interruptedCode`), and
 * stops whatever it had started before the process ends. A second Ctrl-C ends it at once. Errors become one line.
 */
export async function runProgram(
  main: (cleanup: Cleanup) => Promise<number>,
  { interruptedCode = 130 }: { interruptedCode?: number } = {},
): Promise<never> {
  const stops: Stop[] = [];
  let isClosing = false;
  const add = (stop: Stop) => {
    stops.push(stop);
    if (isClosing) throw new Error("Stopping.");
  };
  const interrupted = firstSignal().then(() => {
    console.log("\nStopping …");
    return interruptedCode;
  });
  const finished = main({ add }).catch((error) => {
    if (!isClosing) console.error(`\n${error instanceof Error ? error.message : error}`);
    return 1;
  });
  const code = await Promise.race([finished, interrupted]);
  isClosing = true;
  // Starting something may still be under way, and what it starts is added here.
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop().catch((error) => console.error(error));
  process.exit(code);
}

/** For a program that has started everything and now waits to be stopped. */
export function untilStopped(): Promise<never> {
  return new Promise(() => undefined);
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const receive = () => {
      const now = Date.now();
      firstAt ??= now;
      if (now - firstAt > SAME_PRESS_MS) process.exit(1);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, receive);
    // Killed with -9, npm and its shell could not tell us to stop. Without npm nobody need be waiting for us.
    const parent = process.ppid;
    const isOrphan = () => process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;
    setInterval(() => isOrphan() && resolve(), PARENT_POLL_MS).unref();
  });
}
