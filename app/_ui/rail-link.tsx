"use client";

import Link from "next/link";
import { useSelectedLayoutSegments } from "next/navigation";
import type { ReactNode } from "react";

type RailLinkProps = {
  href: string;
  label: string;
  icon: ReactNode;
  count: number | undefined;
  alsoAt: readonly string[];
};

export function RailLink({ href, label, icon, count, alsoAt }: RailLinkProps) {
  // Not the address: while a panel is open that is the panel's, and the page is the one under it.
  const path = `/${useSelectedLayoutSegments().join("/")}`;
  const beginnings = href === "/" ? alsoAt : [`${href}/`, ...alsoAt];
  const isCurrent = path === href || beginnings.some((beginning) => path.startsWith(beginning));
  return (
    <Link
      href={href}
      prefetch={false}
      title={label}
      aria-current={isCurrent ? "page" : undefined}
      className="rail-link"
    >
      {icon}
      <span className="rail-words truncate">{label}</span>
      {count !== undefined && count > 0 && (
        <span className="rail-count rail-words ml-auto font-normal text-label tabular-nums">
          {count.toLocaleString("en")}
        </span>
      )}
    </Link>
  );
}
