import { describe, expect, it } from "vitest";
import { fileDownload } from "#platform/file-download.ts";

const LIST = { filename: "list.csv", type: "text/csv; charset=utf-8" };

describe("a download", () => {
  it("is named, never kept by a cache, and holds all parts", async () => {
    const response = fileDownload({ ...LIST, parts: parts(["a\r\n", "b\r\n"]) });
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="list.csv"');
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toBe("a\r\nb\r\n");
  });

  it("stops making parts when the reader goes away", async () => {
    const made: string[] = [];
    const reader = fileDownload({ ...LIST, parts: endless(made) }).body?.getReader();
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
