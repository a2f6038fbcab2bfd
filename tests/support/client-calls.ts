import { readdirSync, readFileSync } from "node:fs";

export type ClientCall = { method: string; template: string };

/** Every call that the client makes, as its source says it. */
export function clientCalls(): ClientCall[] {
  const calls = readdirSync("app/_dwolla").flatMap((file) => {
    const text = readFileSync(`app/_dwolla/${file}`, "utf8");
    return [...text.matchAll(/(get|post|delete)Request\(\s*"([^"]+)"|pathTemplate: "([^"]+)"/g)];
  });
  return calls.map(([, verb = "post", asked, written]) => ({
    method: verb.toUpperCase(),
    template: asked ?? written ?? "",
  }));
}
