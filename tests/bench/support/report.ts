import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import pg from "pg";

const FOLDER = "bench-results";

/** One line of the table. `target` is what design/performance.md asks for; without one the figure is only told. */
export interface Figure {
  name: string;
  value: number;
  unit?: string;
  target?: { least: number } | { most: number } | { within: readonly [number, number] };
  /** The 95 % confidence interval. */
  interval?: readonly [number, number];
  note?: string;
}

export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  node: string;
  postgres: string | null;
}

/** Prints the table, and keeps it with everything that was measured in bench-results/NAME.json. */
export async function report(
  bench: string,
  { figures, notes = [], details = {}, ownerUrl }: ReportParts,
): Promise<void> {
  const machine = await describeMachine(ownerUrl);
  const judged = figures.map((figure) => ({ ...figure, reached: isReached(figure) }));
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${bench}.json`;
  writeFileSync(file, `${JSON.stringify({ bench, machine, figures: judged, notes, details }, null, 2)}\n`);
  const rows = figures.map((figure) => [figure.name, measuredOf(figure), targetOf(figure), verdictOf(figure)]);
  console.log(
    `\n${bench}, ${machine.date}: ${machine.cpu} x${machine.cores}, Node ${machine.node}, ${machine.postgres}`,
  );
  console.log(tableOf([["", "measured", "reach", ""], ...rows]));
  for (const note of [...notes, ...figures.flatMap(({ name, note }) => (note ? [`${name}: ${note}`] : []))]) {
    console.log(`- ${note}`);
  }
  console.log(`Kept in ${file}.`);
}

interface ReportParts {
  figures: readonly Figure[];
  notes?: readonly string[];
  details?: object;
  ownerUrl?: string;
}

function isReached({ value, target }: Figure): boolean | null {
  if (!target) return null;
  if ("within" in target) return value >= target.within[0] && value <= target.within[1];
  return "least" in target ? value >= target.least : value <= target.most;
}

function verdictOf(figure: Figure): string {
  const reached = isReached(figure);
  if (reached === null) return "";
  return reached ? "reached" : "NOT REACHED";
}

function targetOf({ target, unit }: Figure): string {
  if (!target) return "";
  if ("within" in target) return target.within.join(" to ");
  return "least" in target ? `>= ${withUnit(target.least, unit)}` : `<= ${withUnit(target.most, unit)}`;
}

function measuredOf({ value, unit, interval }: Figure): string {
  const range = interval ? ` (${readable(interval[0])} to ${readable(interval[1])})` : "";
  return `${withUnit(value, unit)}${range}`;
}

function withUnit(value: number, unit: string | undefined): string {
  return unit ? `${readable(value)} ${unit}` : readable(value);
}

function readable(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(value > 0.9 && value < 1.1 ? 4 : 3);
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

async function describeMachine(ownerUrl: string | undefined): Promise<Machine> {
  const [first] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: first?.model.trim() ?? "unknown processor",
    cores: cpus().length,
    node: process.versions.node,
    postgres: ownerUrl ? await postgresVersion(ownerUrl) : null,
  };
}

async function postgresVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    return `PostgreSQL ${rows[0]?.server_version ?? "of unknown version"}`;
  } finally {
    await client.end();
  }
}
