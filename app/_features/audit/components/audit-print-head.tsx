import { Fragment, type ReactNode } from "react";
import { formatUtc } from "#ui/time-format.ts";

/** Who printed what, where and when. */
export interface PrintFacts {
  by: string;
  environment: string;
  /** ISO. */
  at: string;
}

type AuditPrintHeadProps = {
  title: string;
  print: PrintFacts;
  /** What the sheet shows: the filter, the times, how many. */
  facts: { term: string; detail: ReactNode }[];
  /** The signed statement that covers what is shown, in one line; absent while nothing is sealed. */
  checkpoint: string | null;
};

/** Stands on paper alone, where no frame says what this is and of when. */
export function AuditPrintHead({ title, print, facts, checkpoint }: AuditPrintHeadProps) {
  const all = [
    ...facts,
    { term: "Generated", detail: `by ${print.by} on ${formatUtc(print.at)}` },
    { term: "Environment", detail: print.environment },
    ...(checkpoint ? [{ term: "Checkpoint", detail: checkpoint }] : []),
  ];
  return (
    <div data-print-head className="mb-4 hidden border-ink border-b pb-2 text-label print:block">
      <p className="mb-1 font-semibold text-body">Reconnect Desk · {title}</p>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4">
        {all.map(({ term, detail }) => (
          <Fragment key={term}>
            <dt>{term}</dt>
            <dd className="wrap-anywhere">{detail}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}
