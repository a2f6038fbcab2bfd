import { spawn } from "node:child_process";

/**
 * Ends a process when this one ends in any way, kill -9 included: a tiny shell holds one end of a pipe, and when the
 * pipe breaks it sends the signal. A negative `target` is a process group. The returned function lets go of it.
 */
export function endWithUs(target: number, signal: "TERM" | "INT"): () => void {
  const watch = spawn("sh", ["-c", 'read -r released || kill -s "$1" -- "$2"', "lifeline", signal, String(target)], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // The shell may be gone already when it is let go.
  watch.stdin.on("error", () => undefined);
  watch.unref();
  return () => watch.stdin.end("released\n");
}
