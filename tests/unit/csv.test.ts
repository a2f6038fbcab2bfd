import { describe, expect, it } from "vitest";
import { csvDownload, csvLines } from "#platform/csv.ts";

describe("a CSV line", () => {
  it.each([
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    "\n=1",
    "\nplain",
    "  =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    " \uff1d1",
  ])("keeps a spreadsheet from running %j", (text) => {
    expect(csvLines([[text]])).toMatch(/^"?'[^']/);
  });

  it.each(["a=1", "1-2", "plain", "customer called", "2026-11-23T06:00:00.000Z"])("leaves %j as it is", (text) => {
    expect(csvLines([[text]])).toBe(`${text}\r\n`);
  });

  it("quotes commas, quotes and line ends, and leaves nothing for null", () => {
    expect(csvLines([["a,b", 'c"d', "e\nf", "g\r=1", null, 7, -7]])).toBe('"a,b","c""d","e\nf","g\r=1",,7,-7\r\n');
  });
});

describe("a CSV download", () => {
  it("is named, never kept by a cache, and holds all parts", async () => {
    const response = csvDownload("list.csv", parts(["a\r\n", "b\r\n"]));
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="list.csv"');
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toBe("a\r\nb\r\n");
  });

  it("stops making parts when the reader goes away", async () => {
    const made: string[] = [];
    const reader = csvDownload("list.csv", endless(made)).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(made.at(-1)).toBe("stopped");
    expect(made.length).toBeLessThan(5);
  });
});

async function* parts(texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

async function* endless(made: string[]): AsyncGenerator<string> {
  try {
    for (;;) {
      made.push("part");
      yield "part\r\n";
    }
  } finally {
    made.push("stopped");
  }
}
