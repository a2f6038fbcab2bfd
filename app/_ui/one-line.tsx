import type { ReactNode } from "react";

/** A table cell's words, and behind them a `rest` that is shown whole or, where there is no room, on hover alone. */
export function OneLine({ rest, children }: { rest: ReactNode; children: ReactNode }) {
  return (
    <span className="one-line">
      <span>{children}</span> <span>{rest}</span>
    </span>
  );
}
