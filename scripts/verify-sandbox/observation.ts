import type { RecordedAnswer } from "./recorded-answers.ts";
import type { Asked, ClientCall, Side } from "./side.ts";

/** What else a step found, as "the same key": "gave the same session". Compared like the answer, and told in these words. */
export type Facts = Readonly<Record<string, string>>;

export type Observation =
  | {
      kind: "answered";
      answer: RecordedAnswer;
      /** Why the answer does not fit our wire schemas. */
      schemaProblem: string | null;
      facts: Facts;
    }
  | { kind: "not_provable"; why: string };

export type Step = {
  id: string;
  title: string;
  /** The calls of our client that it makes. */
  calls: readonly ClientCall[];
  run(side: Side): Promise<Observation>;
};

export function notProvable(why: string): Observation {
  return { kind: "not_provable", why };
}

/** @see https://developers.dwolla.com/docs/api-reference/api-fundamentals/errors (both spellings are documented) */
const SCOPE_CODES = ["invalidscope", "invalidscopes"];

/** A call of the client. What it threw for is part of the answer, unless none came or this application may not ask. */
export function observed(asked: Asked<unknown>, facts: Facts = {}): Observation {
  const { answer, failure } = asked;
  const schemaProblem = failure?.kind === "response_shape" ? failure.problem : null;
  if (answer === null || (failure && failure.kind !== "http" && schemaProblem === null))
    return notProvable(`no whole answer came (${failure?.kind ?? "nothing was received"})`);
  return answered(answer, facts, schemaProblem);
}

export function answered(answer: RecordedAnswer, facts: Facts = {}, schemaProblem: string | null = null): Observation {
  if (answer.status === 401 && SCOPE_CODES.includes(answer.code?.toLowerCase() ?? ""))
    return notProvable(`this application lacks the scope (401 ${answer.code})`);
  return { kind: "answered", answer, schemaProblem, facts };
}
