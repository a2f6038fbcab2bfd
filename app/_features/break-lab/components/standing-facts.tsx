import { HEALTH_WORDS, REPAIR_CASE_STATE_WORDS, SOURCE_WORDS, signalWords } from "#domain/plain-words.ts";
import { Facts } from "#ui/facts.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { LabLink } from "../loaders.ts";
import { BANK_WORDS, conditionWords } from "./lab-words.ts";

/** What is true of the link beside what the desk believes, so that a difference shows at once. */
export function StandingFacts({ lab }: { lab: LabLink }) {
  const { simulated, exchange, evidence, now } = lab;
  const { truth } = simulated;
  const decided = evidence.find(({ role }) => role === "decides");
  const repair = exchange?.cases.find(({ closedAt }) => closedAt === null) ?? exchange?.cases[0];
  return (
    <div className="grid gap-x-10 gap-y-4 @2xl:grid-cols-2">
      <section aria-label="What is true">
        <h2 className="mb-1 font-semibold">What is true</h2>
        <Facts
          items={[
            {
              term: "The link",
              detail: (
                <>
                  <StatusBadge {...conditionWords(truth.condition)} /> <MachineCode>{truth.condition}</MachineCode>
                </>
              ),
            },
            { term: "Since", detail: <Time iso={truth.since.toISOString()} now={now} /> },
            { term: "Its bank", detail: BANK_WORDS[truth.bank] ?? truth.bank },
          ]}
        />
      </section>
      <section aria-label="What the desk believes">
        <h2 className="mb-1 font-semibold">What the desk believes</h2>
        <Facts
          items={[
            {
              term: "The link",
              detail: exchange ? (
                <>
                  <StatusBadge {...HEALTH_WORDS[exchange.health]} />{" "}
                  {exchange.cause && <MachineCode>{exchange.cause}</MachineCode>}
                </>
              ) : (
                <StatusBadge tone="quiet" label="Not read yet" />
              ),
            },
            {
              term: "Because",
              detail: decided && (
                <>
                  {signalWords(decided.kind, decided.value).label}
                  <span className="text-muted">
                    {" "}
                    · {SOURCE_WORDS[decided.source]}, <Time iso={decided.observedAt} now={now} />
                  </span>
                </>
              ),
            },
            {
              term: "Repair case",
              detail: repair && (
                <>
                  <StatusBadge {...REPAIR_CASE_STATE_WORDS[repair.state]} />
                  {repair.closedAt && <span className="text-muted"> · closed</span>}
                </>
              ),
            },
          ]}
        />
      </section>
    </div>
  );
}
