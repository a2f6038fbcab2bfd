import type { ReactNode } from "react";

export type Fact = {
  term: string;
  /** Nothing known is shown as an en dash. */
  detail: ReactNode;
};

/** Terms at the left, what is known at the right; one under the other where there is no room. */
export function Facts({ items }: { items: Fact[] }) {
  return (
    <dl className="@container text-table">
      {items.map((item) => (
        <div
          key={item.term}
          className="grid grid-cols-1 py-1 @xs:min-h-8 @xs:grid-cols-[clamp(6.5rem,30%,11rem)_minmax(0,1fr)] @xs:items-baseline @xs:gap-x-4"
        >
          <dt className="text-muted">{item.term}</dt>
          <dd className="min-w-0 wrap-anywhere">{isNothing(item.detail) ? "–" : item.detail}</dd>
        </div>
      ))}
    </dl>
  );
}

function isNothing(detail: ReactNode): boolean {
  return detail === null || detail === undefined || detail === "";
}
