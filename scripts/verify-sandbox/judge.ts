import type { VerificationStep } from "#features/sandbox-verification/schema.ts";
import { hasEmptyList, shapeDifferences } from "./answer-shape.ts";
import type { Facts, Observation, Step } from "./observation.ts";
import type { RecordedAnswer } from "./recorded-answers.ts";

/** Compares what a step found with our wire schemas and with what the same step found in the simulator. */
export function judge({ id, title, calls }: Step, found: Observation, simulated: Observation): VerificationStep {
  const step = { id, title, calls: [...calls] };
  if (found.kind === "not_provable")
    return { ...step, verdict: "not_provable", answer: null, requestId: null, remarks: [found.why] };
  const { answer, schemaProblem } = found;
  const said = { ...step, answer: answerWords(answer), requestId: answer.requestId };
  const ofSchema = schemaProblem === null ? [] : [`does not fit our wire schema: ${schemaProblem}`];
  const ofSimulator = simulated.kind === "answered" ? differences(found, simulated) : [];
  const remarks = [...ofSchema, ...ofSimulator];
  if (remarks.length > 0) return { ...said, verdict: "differs", remarks };
  if (simulated.kind === "not_provable")
    return { ...said, verdict: "not_provable", remarks: [`the simulator has no such answer: ${simulated.why}`] };
  if (answer.shape && simulated.answer.shape && hasEmptyList(answer.shape, simulated.answer.shape))
    return {
      ...said,
      verdict: "not_provable",
      remarks: ["the list is empty, so nothing says what an item looks like"],
    };
  return { ...said, verdict: "proven", remarks: [] };
}

type Answered = Extract<Observation, { kind: "answered" }>;

/** Another status is another answer altogether: its fields are not compared. */
function differences(found: Answered, simulated: Answered): string[] {
  const { answer } = found;
  const expected = simulated.answer;
  if (answer.status !== expected.status || !isSameCode(answer, expected))
    return [`answers ${answerWords(answer)}, the simulator ${answerWords(expected)}`];
  const ofBody =
    answer.shape && expected.shape ? shapeDifferences(answer.shape, expected.shape) : bodyDifference(found, simulated);
  return [...headerDifferences(answer, expected), ...ofBody, ...factDifferences(found.facts, simulated.facts)];
}

function headerDifferences(answer: RecordedAnswer, expected: RecordedAnswer): string[] {
  const found: string[] = [];
  if (answer.mediaType !== expected.mediaType && answer.shape && expected.shape)
    found.push(`its media type is ${answer.mediaType}, the simulator's ${expected.mediaType}`);
  if ((answer.requestId === null) !== (expected.requestId === null))
    found.push(answer.requestId === null ? "has no X-Request-ID" : "has an X-Request-ID, the simulator has none");
  if (answer.location !== expected.location)
    found.push(
      `its Location leads to ${answer.location ?? "nowhere"}, the simulator's to ${expected.location ?? "nowhere"}`,
    );
  if (answer.hasRetryAfter && !expected.hasRetryAfter) found.push("has a Retry-After, the simulator has none");
  return found;
}

/** The body of a 201 is not documented and nobody reads it, so one that is there or not makes no difference. */
function bodyDifference({ answer }: Answered, simulated: Answered): string[] {
  const isJson = answer.shape !== null;
  if (answer.status === 201 || isJson === (simulated.answer.shape !== null)) return [];
  return [isJson ? "has a JSON body, the simulator has none" : "has no JSON body, the simulator has one"];
}

function factDifferences(facts: Facts, simulated: Facts): string[] {
  return Object.entries(facts)
    .filter(([subject, words]) => simulated[subject] !== undefined && simulated[subject] !== words)
    .map(([subject, words]) => `${subject} ${words}; in the simulator it ${simulated[subject]}`);
}

/** Dwolla's codes are documented in differing case. */
function isSameCode(one: RecordedAnswer, other: RecordedAnswer): boolean {
  return one.code?.toLowerCase() === other.code?.toLowerCase();
}

function answerWords({ status, code }: RecordedAnswer): string {
  return code === null ? String(status) : `${status} ${code}`;
}
