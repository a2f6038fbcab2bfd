import { ArrowLeftRight, FileSearch, Gavel, Landmark, type LucideIcon, ScrollText, Send, Webhook } from "lucide-react";
import Link from "next/link";
import type { Tone } from "#domain/plain-words.ts";
import { TabLinks } from "#ui/tab-links.tsx";
import type { LabLink } from "../loaders.ts";
import { KINDS, type Kind, labHref } from "../schema.ts";
import type { Cause } from "./lab-cause.ts";
import { type Happening, labLine, MOST_SHOWN } from "./lab-line.ts";
import { KIND_WORDS } from "./lab-words.ts";
import { NewestInSight } from "./newest-in-sight.tsx";

const ICONS: Record<Kind, LucideIcon> = {
  simulator: Landmark,
  webhook: Webhook,
  call: ArrowLeftRight,
  signal: FileSearch,
  case: Gavel,
  session: Send,
  audit: ScrollText,
};

const COLOURS: Record<Tone, string> = {
  broken: "text-broken",
  warning: "text-warning",
  session: "text-session",
  waiting: "text-waiting",
  proven: "text-proven",
  quiet: "text-muted",
};

type LabTimelineProps = { lab: LabLink; show: Kind | undefined; auditWords: (action: string) => string };

/** All that happened since the run began, newest first; one kind alone where the address says so. */
export function LabTimeline({ lab, show, auditWords }: LabTimelineProps) {
  const { exchangeId, since } = lab;
  const line = labLine(lab, auditWords);
  const shown = line.filter(({ kind }) => (show ?? kind) === kind);
  const tab = (kind: Kind | undefined, label: string) => ({
    href: labHref(exchangeId, since, kind),
    label,
    count: line.filter((each) => (kind ?? each.kind) === each.kind).length,
    isCurrent: show === kind,
  });
  return (
    <>
      <div className="flex-none">
        <TabLinks label="Kinds" items={[tab(undefined, "All"), ...KINDS.map((kind) => tab(kind, KIND_WORDS[kind]))]} />
      </div>
      {shown.length === 0 && (
        <p className="text-muted">
          Nothing yet. What you do here, what Dwolla sends and what the desk makes of it appears by itself.
        </p>
      )}
      <NewestInSight newest={shown[0]?.id}>
        <ol aria-label="What happened, newest first" className="text-table">
          {shown.map((happening) => (
            <HappeningLine key={happening.id} happening={happening} />
          ))}
        </ol>
      </NewestInSight>
      {line.length === MOST_SHOWN && (
        <p className="mt-2 text-muted text-table">Only the newest {MOST_SHOWN} are shown.</p>
      )}
    </>
  );
}

function HappeningLine({ happening: { at, kind, title, detail, tone, href, cause } }: { happening: Happening }) {
  const Icon = ICONS[kind];
  return (
    <li className="grid grid-cols-[6.25rem_minmax(0,1fr)] items-baseline gap-x-3 border-line border-b py-1.5 sm:grid-cols-[6.25rem_5.75rem_minmax(0,1fr)]">
      <time dateTime={at} title={at} className="text-muted">
        {at.slice(11, 23)}
      </time>
      <span className={`inline-flex items-center gap-1.5 ${COLOURS[tone]}`}>
        <Icon size={13} aria-hidden className="flex-none" />
        {KIND_WORDS[kind]}
      </span>
      <span className="min-w-0 wrap-anywhere max-sm:col-span-2">
        {href ? (
          <Link
            href={href}
            prefetch={false}
            className="text-accent underline decoration-1 decoration-edge underline-offset-2"
          >
            {title}
          </Link>
        ) : (
          title
        )}
        {detail && <span className="text-muted"> · {detail}</span>}
        {cause && <CauseOf {...cause} />}
      </span>
    </li>
  );
}

/** Who or what it came of, beside it. */
function CauseOf({ words, href }: Cause) {
  return (
    <span className="text-muted">
      {" · "}
      {href ? (
        <Link
          href={href}
          prefetch={false}
          className="underline decoration-1 decoration-edge underline-offset-2 hover:text-ink"
        >
          {words}
        </Link>
      ) : (
        words
      )}
    </span>
  );
}
