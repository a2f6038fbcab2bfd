import { subscribe } from "node:diagnostics_channel";
import pg from "pg";

/**
 * Where the process of an agent can be told to die while it makes one re-auth session and reveals it, in the order in which it passes
 * them. A point's number is its place in this list, from 1. Nothing of this is in the app: the program of a test listens to
 * what its own Postgres and HTTP clients do.
 */
export const FAIL_POINTS = [
  "intent: before its transaction",
  "intent: before its row of the trail",
  "intent: before its commit",
  "intent: commit sent, not confirmed",
  "intent: committed",
  "call: not sent yet",
  "call: sent",
  "call: arrived, not answered",
  "call: the answer has begun",
  "call: answered",
  "outcome: before its transaction",
  "outcome: before its row of the trail",
  "outcome: before its commit",
  "outcome: commit sent, not confirmed",
  "outcome: committed, not said",
  "reveal: before Dwolla is asked",
  "reveal: Dwolla has answered",
  "reveal: before its transaction",
  "reveal: before its row of the trail",
  "reveal: before its commit",
  "reveal: commit sent, not confirmed",
  "reveal: committed, not shown",
  "reveal: shown",
] as const;
export type FailPoint = (typeof FAIL_POINTS)[number];

/** From here on the call has certainly reached Dwolla; before `CALL_STARTS` it certainly has not. */
export const CALL_ARRIVED: FailPoint = "call: arrived, not answered";
export const CALL_STARTS: FailPoint = "call: sent";

const TRANSACTIONS = ["intent", "outcome", "reveal"] as const;

/** From now on this process kills itself, as `kill -9` would, the moment it passes the point. */
export function dieAt(wanted: FailPoint): (passed: string) => void {
  const pass = (passed: string) => {
    if (passed === wanted) process.kill(process.pid, "SIGKILL");
  };
  watchTransactions(pass);
  watchCalls(pass);
  return pass;
}

type Pass = (passed: string) => void;
type Query = (this: pg.Client, query: { text?: string } | string, ...rest: unknown[]) => unknown;

/** One press and one reveal are three transactions, and nothing else begins one. */
function watchTransactions(pass: Pass): void {
  let begun = 0;
  const isSaid = pg.Client.prototype as unknown as { query: Query };
  const { query } = isSaid;
  isSaid.query = function (said, ...rest) {
    const text = (typeof said === "string" ? said : said.text) ?? "";
    if (text === "BEGIN") begun += 1;
    const name = TRANSACTIONS[begun - 1];
    if (text === "BEGIN") pass(`${name}: before its transaction`);
    if (text.includes("INSERT INTO audit.event ")) pass(`${name}: before its row of the trail`);
    if (text !== "COMMIT") return query.call(this, said, ...rest);
    pass(`${name}: before its commit`);
    const committed = Promise.resolve(query.call(this, said, ...rest));
    pass(`${name}: commit sent, not confirmed`);
    return committed.then((result) => {
      pass(COMMITTED[name ?? "intent"]);
      return result;
    });
  };
}

const COMMITTED = {
  intent: "intent: committed",
  outcome: "outcome: committed, not said",
  reveal: "reveal: committed, not shown",
} as const satisfies Record<(typeof TRANSACTIONS)[number], FailPoint>;

/** By undici's own channels; the calls for a token, and those of a test to the simulator, are other paths. */
function watchCalls(pass: Pass): void {
  const on = (moment: string, post: FailPoint | null, get: FailPoint | null) => {
    subscribe(`undici:${moment}`, (message) => {
      const { method, path } = (message as { request: { method: string; path: string } }).request;
      if (method === "POST" && /^\/exchanges\/[^/]+\/exchange-sessions$/.test(path) && post) pass(post);
      if (method === "GET" && path.startsWith("/exchange-sessions/") && get) pass(get);
    });
  };
  on("request:create", "call: not sent yet", "reveal: before Dwolla is asked");
  on("request:bodySent", "call: sent", null);
  on("request:headers", "call: the answer has begun", null);
  on("request:trailers", "call: answered", "reveal: Dwolla has answered");
}
