import { CircleCheck, CircleMinus, CircleX, Hourglass, Send, TriangleAlert } from "lucide-react";

export type StatusTone = "broken" | "warning" | "session" | "waiting" | "proven" | "quiet";
type StatusBadgeProps = { tone: StatusTone; label: string };

const LOOKS = {
  broken: { Icon: CircleX, colour: "text-broken" },
  warning: { Icon: TriangleAlert, colour: "text-warning" },
  session: { Icon: Send, colour: "text-session" },
  waiting: { Icon: Hourglass, colour: "text-waiting" },
  proven: { Icon: CircleCheck, colour: "text-proven" },
  quiet: { Icon: CircleMinus, colour: "text-muted" },
} satisfies Record<StatusTone, { Icon: typeof CircleX; colour: string }>;

/** A status as icon, word and colour, so that none of the three has to be seen alone. */
export function StatusBadge({ tone, label }: StatusBadgeProps) {
  const { Icon, colour } = LOOKS[tone];
  return (
    <span className={`inline-flex max-w-full items-center gap-1.5 align-bottom ${colour}`}>
      <Icon size={14} strokeWidth={2.25} aria-hidden className="flex-none" />
      <span className="truncate font-medium">{label}</span>
    </span>
  );
}
