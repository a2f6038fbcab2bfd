import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { RUN_TYPESCRIPT } from "../../../scripts/child-process.ts";
import type { Cleanup } from "../../../scripts/shutdown.ts";

export interface Program {
  pid: number;
  /** Sends a task and waits for what the program says to it. */
  ask<Answer>(task: object): Promise<Answer>;
}

/** Starts one of tests/bench/programs/ in a process of its own, which ends with ours. Resolves with the first thing that it says. */
export async function startProgram<Hello>(
  cleanup: Cleanup,
  name: string,
  env: Record<string, string> = {},
): Promise<Program & { hello: Hello }> {
  const file = fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url));
  const child = fork(file, { execArgv: RUN_TYPESCRIPT, env: { ...process.env, ...env } });
  cleanup.add(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  let settle: { resolve: (answer: never) => void; reject: (error: Error) => void } | undefined;
  child.on("message", (answer) => settle?.resolve(answer as never));
  child.on("exit", (code) => settle?.reject(new Error(`The program ${name} ended with code ${code}.`)));
  const answer = <Answer>() =>
    new Promise<Answer>((resolve, reject) => {
      settle = { resolve, reject };
    });
  const hello = await answer<Hello>();
  const ask = <Answer>(task: object) => {
    const answered = answer<Answer>();
    child.send(task);
    return answered;
  };
  return { pid: child.pid ?? 0, ask, hello };
}
