import { StatusBadge } from "#ui/status-badge.tsx";
import type { VerificationReport } from "../schema.ts";

/** What only a live sandbox can answer, and what this run has seen of it. */
export function OpenQuestions({ questions }: { questions: VerificationReport["questions"] }) {
  return (
    <ol className="text-table">
      {questions.map(({ number, question, isSettled, answer }) => (
        <li key={number} className="grid gap-x-4 border-line border-b py-2 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <StatusBadge tone={isSettled ? "proven" : "quiet"} label={isSettled ? "Settled" : "Not settled"} />
          <div>
            <p className="font-medium">{question}</p>
            <p className="text-muted text-pretty">{answer}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
