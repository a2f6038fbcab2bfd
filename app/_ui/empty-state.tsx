import type { ReactNode } from "react";

type EmptyStateProps = { title: string; children?: ReactNode; action?: ReactNode };

/** Says why there is nothing here and what would change that. Stands where the rows would stand. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-start gap-3 border-line border-y px-2 py-10 sm:items-center sm:text-center">
      <div>
        <p className="font-medium">{title}</p>
        {children && <p className="max-w-[56ch] text-muted text-balance">{children}</p>}
      </div>
      {action}
    </div>
  );
}
