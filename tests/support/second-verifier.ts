import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

const TOOLS = ["python3", "openssl"] as const;

export interface Question {
  /** The bundle in base64. */
  data: string;
  key?: string;
  since?: string;
  lookFurther?: boolean;
  /** Asks once for each: the byte at that place changed by this mask. */
  flips?: readonly (readonly [at: number, mask: number])[];
}

export interface Answer {
  code: number;
  /** The first row that is wrong. */
  row: number | null;
  said: string[];
}

export interface SecondVerifier {
  ask(question: Question): Promise<Answer[]>;
  stop(): Promise<void>;
}

/** The verifier in Python, kept running: starting it for each bundle would take longer than all checks. */
export function startSecondVerifier(): SecondVerifier {
  requireTools();
  const python = spawn("python3", ["tests/audit/verify.py", "--batch"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Answer> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("The second verifier has ended.");
    return JSON.parse(value);
  };
  let turn: Promise<unknown> = Promise.resolve();
  const ask = async (question: Question) => {
    python.stdin.write(`${JSON.stringify(question)}\n`);
    const answers: Answer[] = [];
    for (let left = question.flips?.length ?? 1; left > 0; left -= 1) answers.push(await answer());
    return answers;
  };
  return {
    ask(question) {
      const mine = turn.then(() => ask(question));
      turn = mine.catch(() => undefined);
      return mine;
    },
    stop: () => ended(python),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.stdin?.end();
  await once(child, "exit");
}

/** Python and openssl are part of the suite: where they are missing they are installed, and never skipped. */
function requireTools(): void {
  const missing = () => TOOLS.filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
  if (missing().length === 0) return;
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    run("apt-get", ["update", "-qq"]);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "python3", "openssl"]);
  }
  const still = missing();
  if (still.length > 0) throw new Error(`The second verifier needs ${still.join(" and ")}: please install it.`);
}

function run(command: string, args: string[]): void {
  spawnSync(command, args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}
