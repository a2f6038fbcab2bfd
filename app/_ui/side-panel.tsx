"use client";

import { Maximize2, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useShortcut } from "./keyboard.tsx";

type SidePanelProps = {
  title: string;
  /** Under the title: status, age. */
  summary?: ReactNode;
  /** The address to return to; without it the panel goes one step back, to the list as it was. */
  closeHref?: string;
  /** The same address as a page of its own: a full load, past the interception. */
  fullPageHref?: string;
  children: ReactNode;
};

/** A row's own view beside the list, 480 px. The list stays in reach; Esc or Close returns to it and to the row. */
export function SidePanel({ title, summary, closeHref, fullPageHref, children }: SidePanelProps) {
  const router = useRouter();
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const close = () => (closeHref === undefined ? router.back() : router.push(closeHref, { scroll: false }));
  useShortcut({ keys: "Escape", label: "Back to the list", run: close });
  useEffect(() => {
    const opener = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);

  return (
    <aside
      data-side-panel
      aria-labelledby={titleId}
      className="fixed inset-x-0 top-(--bar-height) bottom-(--dock-height) z-10 overflow-y-auto overscroll-contain border-line bg-canvas md:left-auto md:w-[480px] md:border-l max-xl:md:shadow-raised"
    >
      <header className="sticky top-0 z-1 flex items-start gap-1 bg-canvas px-5 pt-4 pb-2">
        <div className="min-w-0 flex-1">
          <h2 id={titleId} ref={heading} tabIndex={-1} className="line-clamp-2 font-semibold text-title wrap-anywhere">
            {title}
          </h2>
          {summary && <div className="text-muted">{summary}</div>}
        </div>
        {fullPageHref && (
          <a href={fullPageHref} aria-label="Open as a full page" title="Open as a full page" className={ICON_CONTROL}>
            <Maximize2 size={15} aria-hidden />
          </a>
        )}
        <button type="button" onClick={close} aria-label="Close panel" title="Close (Esc)" className={ICON_CONTROL}>
          <X size={17} aria-hidden />
        </button>
      </header>
      <div className="px-5 pb-8">{children}</div>
    </aside>
  );
}

const ICON_CONTROL =
  "flex size-8 flex-none items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink";
