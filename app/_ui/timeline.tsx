import type { ReactNode } from "react";
import type { StatusTone } from "./status-badge.tsx";

export type TimelineEntry = {
  id: string;
  title: ReactNode;
  /** A `Time`. */
  time: ReactNode;
  /** Who, why, the code: grey, under the title. */
  detail?: ReactNode;
  tone?: StatusTone;
};

const DOTS: Record<StatusTone, string> = {
  broken: "bg-broken",
  warning: "bg-warning",
  session: "bg-session",
  waiting: "bg-waiting",
  proven: "bg-proven",
  quiet: "bg-control",
};

/** What happened, newest first, along one line. The dot's colour only repeats what the title says. */
export function Timeline({ items, label }: { items: TimelineEntry[]; label: string }) {
  return (
    <ol aria-label={label} className="text-table">
      {items.map((item) => (
        <li key={item.id} className="group relative flex gap-3 pb-4 last:pb-0">
          <span aria-hidden className="absolute top-4 bottom-[-0.25rem] left-[3px] w-px bg-line group-last:hidden" />
          <span aria-hidden className={`mt-1.5 size-[7px] flex-none rounded-full ${DOTS[item.tone ?? "quiet"]}`} />
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <span className="min-w-0 font-medium wrap-anywhere">{item.title}</span>
              <span className="flex-none text-muted">{item.time}</span>
            </div>
            {item.detail && <div className="text-muted wrap-anywhere">{item.detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
