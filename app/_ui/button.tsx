import { LoaderCircle } from "lucide-react";
import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";

export type ButtonTone = "primary" | "secondary" | "danger" | "quiet";
export type ButtonSize = "medium" | "small";

type Looks = { tone?: ButtonTone; size?: ButtonSize };
type ButtonProps = Omit<ComponentProps<"button">, "className"> &
  Looks & {
    /** Work is under way: the button keeps its size and focus, says so, and a second press does nothing. */
    pending?: boolean;
  };
type ButtonLinkProps = Omit<ComponentProps<typeof Link>, "className"> & Looks;

const TONES: Record<ButtonTone, string> = {
  primary: "bg-accent-fill text-on-fill hover:bg-accent-fill-hover font-medium",
  secondary: "border border-edge bg-canvas text-ink hover:bg-hover font-medium",
  danger: "bg-danger-fill text-on-fill hover:bg-danger-fill-hover font-medium",
  quiet: "text-muted hover:bg-hover hover:text-ink",
};
const SIZES: Record<ButtonSize, string> = {
  medium: "h-8 px-3 text-body",
  small: "h-7 px-2 text-table",
};
const SHAPE =
  "relative inline-flex flex-none items-center justify-center gap-1.5 rounded-md whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-default";

export function Button({ tone = "secondary", size = "medium", pending = false, children, ...rest }: ButtonProps) {
  const { type = "button", onClick, ...others } = rest;
  return (
    <button
      {...others}
      type={pending ? "button" : type}
      onClick={pending ? undefined : onClick}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      className={`${SHAPE} ${TONES[tone]} ${SIZES[size]}`}
    >
      <PendingContent pending={pending}>{children}</PendingContent>
    </button>
  );
}

/**
 * Prefetches nothing: opening a page can be an audited act, so only a person may open it. A part of the same page is the browser's to
 * find: Next forgets to when the page is read again at that moment, and then scrolls amiss on the next page.
 */
export function ButtonLink({ tone = "secondary", size = "medium", ...rest }: ButtonLinkProps) {
  const { href, children } = rest;
  if (typeof href === "string" && href.startsWith("#"))
    return (
      <a href={href} className={`${SHAPE} ${TONES[tone]} ${SIZES[size]}`}>
        {children}
      </a>
    );
  return <Link prefetch={false} {...rest} className={`${SHAPE} ${TONES[tone]} ${SIZES[size]}`} />;
}

function PendingContent({ pending, children }: { pending: boolean; children: ReactNode }) {
  return (
    <>
      <span className={`inline-flex items-center gap-1.5 ${pending ? "opacity-0" : ""}`}>{children}</span>
      {pending && <LoaderCircle size={16} aria-hidden className="absolute animate-spin" />}
    </>
  );
}
