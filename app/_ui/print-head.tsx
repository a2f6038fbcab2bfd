import { Fragment, type ReactNode } from "react";
import { formatUtc } from "./time-format.ts";

type PrintHeadProps = {
  title: string;
  /** Who printed it, where and when (ISO), and the newest signed statement then; without one while nothing is signed. */
  print: { by: string; environment: string; at: string; checkpoint: { size: number; root: Buffer } | null };
  /** What the sheet shows: the filter, the times, how many. */
  facts: { term: string; detail: ReactNode }[];
};

/** Stands on paper alone, where no frame says what this is and of when. */
export function PrintHead({ title, print: { by, environment, at, checkpoint }, facts }: PrintHeadProps) {
  const all = [
    ...facts,
    { term: "Generated", detail: `by ${by} on ${formatUtc(at)}` },
    { term: "Environment", detail: environment },
    {
      term: "Checkpoint",
      detail: checkpoint
        ? `newest, of ${checkpoint.size.toLocaleString("en")} events, root ${checkpoint.root.toString("base64")}`
        : "none is signed yet",
    },
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
