import { RelativeTime } from "./relative-time.tsx";
import { formatUtc, isShownAsDate } from "./time-format.ts";

type TimeProps = {
  iso: string;
  /** When the server drew the page, ISO; needed for every form but "exact". */
  now?: string;
  /** "relative": words, exact on hover (lists). "both": words with the exact instant behind (panels). "exact": UTC only (audit). */
  form?: "relative" | "both" | "exact";
};

export function Time({ iso, now, form = "relative" }: TimeProps) {
  const exact = formatUtc(iso);
  // Words that are a date already, with the exact instant behind them, would say the date twice.
  const isTwice = form === "both" && now !== undefined && isShownAsDate(iso, Date.parse(now));
  if (form === "exact" || now === undefined || isTwice) {
    return (
      <time dateTime={iso} className="whitespace-nowrap">
        {exact}
      </time>
    );
  }
  return (
    <>
      <time dateTime={iso} title={exact} className="whitespace-nowrap">
        <RelativeTime iso={iso} now={now} />
      </time>
      {form === "both" && <span className="text-muted tabular-nums"> · {exact}</span>}
    </>
  );
}
