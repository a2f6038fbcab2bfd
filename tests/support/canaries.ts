import { randomUUID } from "node:crypto";
import type pg from "pg";

/** In every canary that is planted. */
export const MARK = "c4n4ry";

export function newCanary(): string {
  return `${MARK}-${randomUUID()}`;
}

/** The canaries and secrets that a text holds, in whatever writing. */
export function leaksIn(text: string, secrets: readonly string[] = []): string[] {
  const planted = text.match(new RegExp(`${MARK}[\\w-]*`, "gi")) ?? [];
  const others = [MARK, ...secrets].filter((secret) => writingsOf(secret).some((writing) => text.includes(writing)));
  return [...new Set([...planted, ...others])];
}

/** As it is, and as bytes, addresses or encodings could show it: in base64 it looks otherwise behind other bytes. */
export function writingsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const shifted = [0, 1, 2].map((shift) => {
    const base64 = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return base64.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  return [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), bytes.toString("hex"), ...shifted];
}

/** Every row of every table as text, with what stands in its bytes. */
export async function dumpDatabase(owner: pg.Client): Promise<string> {
  const { rows: tables } = await owner.query<{ name: string; bytes: string[] }>(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name,
      array(SELECT format('encode(%I, ''escape'')', attname) FROM pg_attribute
        WHERE attrelid = c.oid AND atttypid = 'bytea'::regtype AND NOT attisdropped) AS bytes
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')`);
  const dumps: string[] = [];
  for (const { name, bytes } of tables) {
    const line = ["t::text", ...bytes].map((column) => `coalesce(${column}, '')`).join(" || E'\\n' || ");
    const { rows } = await owner.query<{ line: string }>(`SELECT ${line} AS line FROM ${name} t`);
    dumps.push(name, ...rows.map((row) => row.line));
  }
  return dumps.join("\n");
}
