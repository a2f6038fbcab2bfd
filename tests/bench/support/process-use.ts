import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICK_MS = 10;

export interface ProcessUse {
  /** In user and kernel. */
  cpuMs: number;
  /** To whomever: Dwolla, the database, the log. */
  bytesWritten: number;
}

/** What a process has used so far. NaN where there is no /proc. */
export function processUse(pid: number): ProcessUse {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const io = readFileSync(`/proc/${pid}/io`, "utf8");
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      bytesWritten: Number(/^wchar: (\d+)$/m.exec(io)?.[1]),
    };
  } catch {
    return { cpuMs: Number.NaN, bytesWritten: Number.NaN };
  }
}

/** What a process uses while something runs. */
export async function useOf<Result>(
  pid: number,
  run: () => Promise<Result>,
): Promise<{ result: Result; use: ProcessUse }> {
  const before = processUse(pid);
  const result = await run();
  const after = processUse(pid);
  return {
    result,
    use: { cpuMs: after.cpuMs - before.cpuMs, bytesWritten: after.bytesWritten - before.bytesWritten },
  };
}
