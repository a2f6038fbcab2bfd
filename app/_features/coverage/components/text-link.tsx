import Link from "next/link";
import type { ReactNode } from "react";

/** A number or a time that opens what it is about, where it stands in running text. `isPanel`: it opens over the page. */
export function TextLink({
  href,
  isPanel = false,
  children,
}: {
  href: string;
  isPanel?: boolean;
  children: ReactNode;
}) {
  return (
    <Link
      href={href}
      prefetch={false}
      scroll={!isPanel}
      className="text-ink underline decoration-edge underline-offset-3 hover:decoration-ink"
    >
      {children}
    </Link>
  );
}
