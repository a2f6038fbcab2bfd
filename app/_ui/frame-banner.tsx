import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

type FrameBannerProps = { title: string; children: ReactNode };

/** One calm line in the frame, for what holds on every page; the frame speaks it and makes room for it. */
export function FrameBanner({ title, children }: FrameBannerProps) {
  return (
    <div
      data-frame-banner
      className="flex min-h-(--banner-height) items-center gap-2 border-line border-b bg-warning-tint px-4 py-1 text-label"
    >
      <TriangleAlert size={14} aria-hidden className="flex-none text-warning max-md:mt-px max-md:self-start" />
      <p className="text-balance">
        <strong className="font-semibold">{title}.</strong> {children}
      </p>
    </div>
  );
}
