import { causeWords } from "#domain/plain-words.ts";
import type { SessionSubject } from "./session-subject.ts";

/** Customer, bank, partner and cause: so that nobody makes a session for the wrong person. */
export function SessionSubjectLine({ subject }: { subject: SessionSubject }) {
  const { customerName, bank, partner, cause } = subject;
  return (
    <>
      <span className="line-clamp-2">
        <bdi className="font-medium text-ink">{customerName}</bdi> · {bank ? `${bank} through ${partner}` : partner}
      </span>
      {cause && <span className="block">{causeWords(cause).says}</span>}
    </>
  );
}
