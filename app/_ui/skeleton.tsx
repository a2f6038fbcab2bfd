const WIDTHS = ["w-2/5", "w-1/2", "w-1/3", "w-5/12", "w-2/6"];

/** The room a list will take, shown only when it takes longer than 300 ms. */
export function ListSkeleton({ rows = 10, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div className="appear-late" role="status">
      <span className="sr-only">{label}</span>
      <div aria-hidden>
        <div className="h-7 w-40 rounded-md bg-hover" />
        <div className="mt-2 mb-5 h-4 w-72 max-w-full rounded-md bg-hover" />
        {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key, row) => (
          <div key={key} className="flex h-10 items-center gap-6 border-line border-b px-2">
            <div className={`h-3 rounded-sm bg-hover ${WIDTHS[row % WIDTHS.length]}`} />
            <div className="ml-auto h-3 w-24 rounded-sm bg-hover" />
          </div>
        ))}
      </div>
    </div>
  );
}

/** The room that one line of text will take. */
export function LineSkeleton({ label }: { label: string }) {
  return (
    <span className="appear-late" role="status">
      <span className="sr-only">{label}</span>
      <span aria-hidden className="inline-block h-3 w-24 rounded-sm bg-hover align-middle" />
    </span>
  );
}
