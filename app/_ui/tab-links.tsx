import Link from "next/link";

type TabLinksProps = { label: string; items: { href: string; label: string; count?: number; isCurrent: boolean }[] };

/** Views of one page, each with its own address. */
export function TabLinks({ label, items }: TabLinksProps) {
  return (
    <nav aria-label={label} className="mb-3 flex gap-4 overflow-x-auto border-line border-b" data-screen-only>
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          prefetch={false}
          aria-current={item.isCurrent ? "page" : undefined}
          className="-mb-px flex h-8 flex-none items-center gap-1.5 border-transparent border-b-2 text-muted -outline-offset-2 hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink"
        >
          {item.label}
          {item.count !== undefined && (
            <span className="font-normal text-label text-muted tabular-nums">{item.count.toLocaleString("en")}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
