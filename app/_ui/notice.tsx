import { CircleCheck, CircleX, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";

type NoticeTone = "info" | "success" | "warning" | "error";
type NoticeProps = {
  tone: NoticeTone;
  /** What happened. */
  title: string;
  /** What it means and what to do next. */
  children?: ReactNode;
  requestId?: string;
  /** A button or link: try again, open, go back. */
  action?: ReactNode;
  /** Set when the notice appears in answer to an act, so that it is spoken. */
  isLive?: boolean;
};

const LOOKS = {
  info: { Icon: Info, colour: "text-session", tint: "bg-session-tint" },
  success: { Icon: CircleCheck, colour: "text-proven", tint: "bg-proven-tint" },
  warning: { Icon: TriangleAlert, colour: "text-warning", tint: "bg-warning-tint" },
  error: { Icon: CircleX, colour: "text-broken", tint: "bg-broken-tint" },
} satisfies Record<NoticeTone, object>;

export function Notice({ tone, title, children, requestId, action, isLive = false }: NoticeProps) {
  const { Icon, colour, tint } = LOOKS[tone];
  const liveRole = tone === "error" ? "alert" : "status";
  return (
    <div role={isLive ? liveRole : undefined} className={`mb-3 flex gap-2.5 rounded-md px-3 py-2.5 ${tint}`}>
      <Icon size={16} aria-hidden className={`mt-[3px] flex-none ${colour}`} />
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-[1_1_16rem]">
          <p className="font-medium">{title}</p>
          {children && <div className="text-pretty">{children}</div>}
          {requestId && <RequestId value={requestId} />}
        </div>
        {action && <div className="flex gap-2">{action}</div>}
      </div>
    </div>
  );
}

function RequestId({ value }: { value: string }) {
  return (
    <p className="mt-1 flex items-center gap-1 text-label text-muted">
      <span className="flex-none">Request id</span>
      <code className="truncate font-mono">{value}</code>
      <CopyButton value={value} label="request id" />
    </p>
  );
}
