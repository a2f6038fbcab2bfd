import type pg from "pg";
import type { Kill } from "./fail-point-kills.ts";
import { CALL_ARRIVED, CALL_STARTS, FAIL_POINTS } from "./fail-points.ts";
import type { WitnessedPost } from "./witness.ts";

interface Record {
  id: string;
  state: string | null;
  revealedAt: Date | null;
  /** Outcomes of the trail's rows, by phase, in their order. */
  intent: string[];
  outcome: string[];
  reveal: string[];
}

/** What the records of the killed attempts say that must not be, in words; to be called when a worker has been there again. */
export async function faultsOfKills(
  kills: readonly Kill[],
  { owner, posts }: { owner: pg.Pool; posts: readonly WitnessedPost[] },
): Promise<string[]> {
  const records = await readRecords(owner, kills);
  return kills.flatMap((kill) => {
    const record = records.get(kill.attemptId) ?? { id: kill.attemptId, ...NOTHING };
    const faults = faultsOf(
      kill,
      record,
      posts.filter(({ exchangeId }) => exchangeId === kill.exchangeId),
    );
    return faults.map((fault) => `killed at "${kill.point}": ${fault}`);
  });
}

const NOTHING = { state: null, revealedAt: null, intent: [], outcome: [], reveal: [] };

/** An attempt without a session has rows of the trail only where something is wrong. */
async function readRecords(owner: pg.Pool, kills: readonly Kill[]): Promise<Map<string, Record>> {
  const { rows } = await owner.query<Record>(
    `SELECT attempt.id, session.state, session."revealedAt",
       coalesce(array_agg(event.outcome ORDER BY event.recorded_at) FILTER (WHERE phase = 'intent'), '{}') AS intent,
       coalesce(array_agg(event.outcome ORDER BY event.recorded_at) FILTER (WHERE phase = 'outcome'), '{}') AS outcome,
       coalesce(array_agg(event.outcome ORDER BY event.recorded_at) FILTER (WHERE phase = 'reveal'), '{}') AS reveal
     FROM unnest($1::uuid[]) AS attempt (id) LEFT JOIN "ReauthSession" session ON session.id = attempt.id
       LEFT JOIN audit.event event ON event.operation_id = attempt.id
     GROUP BY attempt.id, session.state, session."revealedAt"`,
    [kills.map(({ attemptId }) => attemptId)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Which outcome of the trail a session's state stands for. */
const OUTCOMES: { [state: string]: string } = { created: "succeeded", failed: "failed", unknown: "unknown" };

function faultsOf(kill: Kill, record: Record, posts: readonly WitnessedPost[]): string[] {
  const { intent, outcome, reveal, state, revealedAt } = record;
  const passed = (point: Kill["point"]) => FAIL_POINTS.indexOf(kill.point) >= FAIL_POINTS.indexOf(point);
  const ends = outcome.filter((end) => end === "succeeded" || end === "failed" || end === "unknown");
  const claims: [isWrong: boolean, fault: string][] = [
    [kill.signal !== "SIGKILL", `the process did not die there, but of ${kill.signal}: ${kill.complaint}`],
    [posts.some(({ hadIntent }) => !hadIntent), "Dwolla was called before an intent was committed"],
    [posts.length > 1, `Dwolla was called ${posts.length} times`],
    [posts.length > 0 && !passed(CALL_STARTS), "Dwolla was called too early"],
    [posts.length === 0 && passed(CALL_ARRIVED), "Dwolla was not called"],
    [passed("intent: committed") && intent.length === 0, "a committed intent is gone"],
    [intent.length > 1, `there are ${intent.length} intents`],
    [(state === null) !== (intent.length === 0), "session and intent are not both there"],
    [intent.length === 1 && ends.length !== 1, `the intent ended ${ends.length} times: ${outcome.join(", ")}`],
    [state !== null && OUTCOMES[state] !== ends.at(-1), `the session is ${state}, the trail says ${ends.at(-1)}`],
    [ends.includes("succeeded") && posts[0]?.status !== 201, "a success is on record that Dwolla did not give"],
    [passed("outcome: committed, not said") && state !== "created", "a committed success is gone"],
    [reveal.filter((end) => end === "succeeded").length > 1, "more than one reveal is on record"],
    [(revealedAt !== null) !== reveal.includes("succeeded"), "the reveal of session and trail are not both there"],
    [kill.said.includes("created") && state !== "created", "the agent saw a session that is not on record"],
    [kill.said.includes("shown") && !reveal.includes("succeeded"), "a secret was shown without its row"],
    [passed("reveal: shown") && !kill.said.includes("shown"), "nothing was shown"],
  ];
  return claims.flatMap(([isWrong, fault]) => (isWrong ? [fault] : []));
}
