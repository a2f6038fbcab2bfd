import type { ReactNode } from "react";

type SectionHeadProps = {
  title: string;
  /** What an address names after its "#" to lead here. */
  anchor?: string;
  note?: ReactNode;
  action?: ReactNode;
  level?: 2 | 3;
};

/** Opens a part of a page or a panel: a line above, the name, a grey remark, an action at the right. */
export function SectionHead({ title, anchor, note, action, level = 2 }: SectionHeadProps) {
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <div
      id={anchor}
      className="mt-6 mb-2 flex min-h-8 flex-wrap items-center justify-between gap-x-4 border-line border-t pt-3"
    >
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <Heading className="font-semibold">{title}</Heading>
        {note && <span className="text-muted text-table">{note}</span>}
      </div>
      {action && (
        <div className="flex gap-2" data-screen-only>
          {action}
        </div>
      )}
    </div>
  );
}
