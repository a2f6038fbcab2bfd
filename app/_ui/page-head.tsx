import type { ReactNode } from "react";

type PageHeadProps = {
  title: ReactNode;
  /** One line that says what is shown, such as a count and its age. */
  summary?: ReactNode;
  /** The page's one main action. */
  action?: ReactNode;
};

export function PageHead({ title, summary, action }: PageHeadProps) {
  return (
    <header className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="line-clamp-2 font-semibold text-title tracking-[-0.01em] wrap-anywhere">{title}</h1>
        {summary && <p className="mt-0.5 text-muted text-pretty">{summary}</p>}
      </div>
      {action && (
        <div className="flex max-w-full flex-none flex-wrap gap-2" data-screen-only>
          {action}
        </div>
      )}
    </header>
  );
}
