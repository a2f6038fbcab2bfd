import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

type PagerProps = {
  /** Place of the first and last row shown, counted from 1; both 0 when there is none. */
  from: number;
  to: number;
  /** Exact count of all rows under the current filter. */
  total: number;
  /** Plural, such as "customers". */
  noun: string;
  previousHref?: string;
  nextHref?: string;
};

export function Pager({ from, to, total, noun, previousHref, nextHref }: PagerProps) {
  return (
    <PageTurner
      words={total === 0 ? `No ${noun}` : `${format(from)}–${format(to)} of ${format(total)} ${noun}`}
      previousHref={previousHref}
      nextHref={nextHref}
    />
  );
}

type PageTurnerProps = {
  /** What is shown, for a list that does not know the places of its rows. */
  words: ReactNode;
  previousHref: string | undefined;
  nextHref: string | undefined;
};

export function PageTurner({ words, previousHref, nextHref }: PageTurnerProps) {
  return (
    <nav aria-label="Pages of the list" className="mt-2 flex h-8 items-center justify-between gap-4 px-2 text-table">
      <p className="truncate text-muted tabular-nums">{words}</p>
      <div className="flex gap-1" data-screen-only>
        <PageLink href={previousHref} label="Previous page">
          <ChevronLeft size={16} aria-hidden />
        </PageLink>
        <PageLink href={nextHref} label="Next page">
          <ChevronRight size={16} aria-hidden />
        </PageLink>
      </div>
    </nav>
  );
}

function PageLink({ href, label, children }: { href: string | undefined; label: string; children: ReactNode }) {
  const shape = "flex size-8 items-center justify-center rounded-md";
  if (href === undefined) {
    return (
      <span aria-hidden className={`${shape} text-muted opacity-40`}>
        {children}
      </span>
    );
  }
  return (
    <Link href={href} prefetch={false} aria-label={label} title={label} className={`${shape} hover:bg-hover`}>
      {children}
    </Link>
  );
}

function format(count: number): string {
  return count.toLocaleString("en");
}
