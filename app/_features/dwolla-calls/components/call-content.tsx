import Link from "next/link";
import type { ReactNode } from "react";
import { MADE_AT, type PathTemplate } from "#dwolla/kept-fields.ts";
import { auditSearchHref } from "#features/audit/schema.ts";
import { labHref } from "#features/break-lab/schema.ts";
import { ButtonLink } from "#ui/button.tsx";
import { CopyButton } from "#ui/copy-button.tsx";
import { type Fact, Facts } from "#ui/facts.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { CallInFull, CallView } from "../data.ts";
import type { CallScreen } from "../loaders.ts";
import { callsHref, causeHref } from "../schema.ts";
import { actWords, endingBadge, endingWords, subjectWords } from "./call-words.ts";
import { curlCommand } from "./curl-command.ts";

/** Under the head, in the panel as on the page: how it ended, why it was made, what was said, and the other attempts. */
export function CallContent({ screen }: { screen: CallScreen }) {
  const { call, attempts, apiUrl, terms, now } = screen;
  const isChange = call.method !== "GET" && call.pathTemplate !== "/token";
  return (
    <>
      <Facts items={endingFacts(screen)} />
      <SectionHead title="Cause" />
      <Facts items={causeFacts(screen)} />
      <SectionHead
        title="Request"
        note="secrets and personal data hidden"
        action={<CopyButton value={curlCommand(call, apiUrl)} label="as curl" look="button" />}
      />
      <Text>{`${call.method} ${call.path}${call.query}`}</Text>
      {call.sentBody !== null && <Text>{laidOut(call.sentBody)}</Text>}
      <p className="mt-1 text-muted text-table text-pretty">
        The copied command takes the token from $DWOLLA_TOKEN.
        {isChange && " It makes the change once more."}
      </p>
      <SectionHead title="Answer" note={sizeWords(call)} />
      <Made call={call} />
      {call.answeredBody === null ? (
        <p className="text-muted text-table">{noBodyWords(call, terms.keeps)}</p>
      ) : (
        <Text>{laidOut(call.answeredBody)}</Text>
      )}
      {attempts.length > 1 && (
        <>
          <SectionHead title="Attempts" note="of the same call" />
          <ol aria-label="Attempts of this call" className="text-table">
            {attempts.map((attempt) => (
              <Attempt key={attempt.id} attempt={attempt} isShown={attempt.id === call.id} now={now} />
            ))}
          </ol>
        </>
      )}
    </>
  );
}

/** One line: how it ended and when. */
export function CallSummary({ screen: { call, now } }: { screen: CallScreen }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <StatusBadge {...endingBadge(call)} />
      <Time iso={call.calledAt} now={now} form="both" />
    </span>
  );
}

export function callTitle({ method, pathTemplate }: CallView): string {
  return `${method} ${pathTemplate}`;
}

function endingFacts(screen: CallScreen): Fact[] {
  const { call, now } = screen;
  const attempts = screen.attempts.length;
  const { status, errorKind, durationMs, attempt, requestId, callId, calledAt } = call;
  return [
    { term: "Ended", detail: endingWords({ status, errorKind }) },
    { term: "Status", detail: status },
    { term: "Took", detail: `${durationMs.toLocaleString("en")} ms` },
    { term: "Attempt", detail: attempts > 1 ? `${attempt} of ${attempts}` : attempt },
    { term: "Began", detail: <Time iso={calledAt} now={now} form="both" /> },
    { term: "Dwolla’s request", detail: requestId && <ShortId value={requestId} label="Dwolla’s request id" /> },
    { term: "Call", detail: <ShortId value={callId} label="call id" /> },
    { term: "At that time", detail: <Around screen={screen} /> },
  ];
}

const AROUND_MS = 30_000;

/** What else was asked then, and of a simulated link all that happened from then on. */
function Around({ screen: { call, mayOperateLab } }: { screen: CallScreen }) {
  const instant = (shiftMs: number) => new Date(Date.parse(call.calledAt) + shiftMs).toISOString();
  return (
    <span className="inline-flex flex-wrap gap-x-3 gap-y-1.5">
      <TextLink href={callsHref({ from: instant(-AROUND_MS), until: instant(AROUND_MS) })}>
        All calls within a minute
      </TextLink>
      {mayOperateLab && call.exchangeId && (
        <TextLink href={labHref(call.exchangeId, instant(-AROUND_MS))}>The link in the break lab</TextLink>
      )}
    </span>
  );
}

function causeFacts({ call, mayReadTrail }: CallScreen): Fact[] {
  const { staffName, staffMemberId, act, jobId, process, causeRequestId, concernsType } = call;
  return [
    {
      term: "By",
      detail: staffName ? (
        <TextLink href={callsHref({ person: staffMemberId ?? undefined })}>{staffName}</TextLink>
      ) : (
        BY_NOBODY[jobId === null ? "look" : "job"]
      ),
    },
    {
      term: jobId === null ? "Act" : "Job",
      detail: act && (
        <>
          <TextLink href={callsHref({ act })}>{actWords(act)}</TextLink>{" "}
          {jobId !== null && <MachineCode>{jobId}</MachineCode>}
        </>
      ),
    },
    { term: "Process", detail: process },
    ...(concernsType ? [{ term: subjectWords(concernsType), detail: <Concern call={call} /> }] : []),
    ...linkFacts(call),
    {
      term: "Our request",
      detail: causeRequestId && (
        <span className="inline-flex flex-wrap items-center gap-x-3">
          <ShortId value={causeRequestId} label="our request id" />
          {mayReadTrail && (
            <ButtonLink size="small" href={auditSearchHref(`request:${causeRequestId}`)}>
              Audit trail
            </ButtonLink>
          )}
        </span>
      ),
    },
  ];
}

const BY_NOBODY = { job: "The desk itself", look: "Nobody who is signed in" };

/** Where the cause itself does not say it. Of most calls there is nothing to say: they are about no link that the desk knows. */
function linkFacts({ exchangeId, customerId, concernsId }: CallInFull): Fact[] {
  return [
    { term: "Bank link", path: "/exchanges", id: exchangeId },
    { term: "Customer", path: "/customers", id: customerId },
  ].flatMap(({ term, path, id }) =>
    id === null || id === concernsId ? [] : [{ term, detail: <IdLink href={`${path}/${id}`} id={id} /> }],
  );
}

/** What the cause was about: its page where it has one, and its other calls. */
function Concern({ call: { concernsType, concernsId, exchangeId } }: { call: CallInFull }) {
  if (concernsType === null || concernsId === null) return null;
  const href = causeHref({ type: concernsType, id: concernsId, exchangeId });
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3">
      {href ? <IdLink href={href} id={concernsId} /> : <ShortId value={concernsId} />}
      <TextLink href={callsHref({ q: concernsId })}>All its calls</TextLink>
    </span>
  );
}

function Attempt({ attempt, isShown, now }: { attempt: CallView; isShown: boolean; now: string }) {
  const words = `Attempt ${attempt.attempt}`;
  return (
    <li
      aria-current={isShown || undefined}
      className="flex flex-wrap items-center gap-x-4 border-line py-2 not-first:border-t"
    >
      {isShown ? (
        <span className="font-medium">{words}</span>
      ) : (
        <TextLink href={`/calls/${attempt.id}`}>{words}</TextLink>
      )}
      <StatusBadge {...endingBadge(attempt)} />
      <span className="text-muted tabular-nums">{attempt.durationMs.toLocaleString("en")} ms</span>
      <span className="text-muted">
        <Time iso={attempt.calledAt} now={now} form="both" />
      </span>
    </li>
  );
}

function sizeWords({ answeredBytes }: CallInFull): string | undefined {
  return answeredBytes ? `${answeredBytes.toLocaleString("en")} bytes came; lists are cut` : undefined;
}

/** The one header of an answer that is kept, and of it the id alone. */
function Made({ call: { madeId, pathTemplate } }: { call: CallInFull }) {
  if (madeId === null) return null;
  const made = MADE_AT[pathTemplate as PathTemplate];
  return (
    <p className="mb-1 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-table">
      <span>
        <span className="text-muted">Location</span>{" "}
        <code className="font-mono text-label wrap-anywhere">{`/${made ?? "…"}/${madeId}`}</code>
        <CopyButton value={madeId} label="id in the Location" />
      </span>
      <TextLink href={callsHref({ q: madeId })}>All calls about it</TextLink>
    </p>
  );
}

function noBodyWords({ status, errorKind, answeredBytes }: CallInFull, keeps: string): string {
  if (status === null || errorKind !== null) return "No whole answer came.";
  if (answeredBytes === 0) return "It had no body.";
  return keeps === "bodies" ? "Its body was not kept." : `Bodies are not kept (DWOLLA_CALL_LOG=${keeps}).`;
}

function Text({ children }: { children: string }) {
  return (
    <pre className="mb-1 rounded-md bg-sunken p-3 font-mono text-label whitespace-pre-wrap wrap-anywhere">
      {children}
    </pre>
  );
}

function laidOut(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}

function IdLink({ href, id }: { href: string; id: string }) {
  return (
    <TextLink href={href}>
      <ShortId value={id} />
    </TextLink>
  );
}

const LINK_LOOK = "text-accent underline-offset-2 hover:underline";

/** A place within a page is marked there only when a browser loads the page. */
function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return href.includes("#") ? (
    <a href={href} className={LINK_LOOK}>
      {children}
    </a>
  ) : (
    <Link href={href} prefetch={false} className={LINK_LOOK}>
      {children}
    </Link>
  );
}
