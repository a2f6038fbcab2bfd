import { X } from "lucide-react";
import Link from "next/link";

type ActiveFiltersProps = {
  /** Each with the address of the same list without it. */
  filters: { label: string; value: string; removeHref: string }[];
  clearHref: string;
};

/** The filters in force, each of them removable. Nothing when there is none. */
export function ActiveFilters({ filters, clearHref }: ActiveFiltersProps) {
  if (filters.length === 0) {
    return null;
  }
  return (
    <ul aria-label="Filters in force" className="mb-2 flex flex-wrap items-center gap-1.5 text-table">
      {filters.map((filter) => (
        <li
          key={filter.removeHref}
          className="flex h-7 max-w-[min(100%,20rem)] items-center rounded-md bg-selected pl-2 print:pr-2"
        >
          <span className="truncate">
            <span className="text-muted">{filter.label}</span> {filter.value}
          </span>
          <Link
            href={filter.removeHref}
            prefetch={false}
            aria-label={`Remove filter ${filter.label} ${filter.value}`}
            data-screen-only
            className="ml-0.5 flex size-7 flex-none items-center justify-center rounded-md text-muted hover:text-ink"
          >
            <X size={13} aria-hidden />
          </Link>
        </li>
      ))}
      <li data-screen-only>
        <Link
          href={clearHref}
          prefetch={false}
          className="inline-flex h-7 items-center rounded-md px-2 text-muted hover:bg-hover hover:text-ink"
        >
          Clear filters
        </Link>
      </li>
    </ul>
  );
}
