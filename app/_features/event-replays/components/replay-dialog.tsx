"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { topicWords } from "#domain/plain-words.ts";
import type { ActionResult } from "#platform/action.ts";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { Notice } from "#ui/notice.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { previewReplayAction, replayEventsAction } from "../actions.ts";
import type { PreviewAnswer, PreviewInput, ReplayAnswer, ReplaySummary } from "../schema.ts";
import {
  changeWords,
  countWords,
  eventsWords,
  RESULTS,
  refusalWords,
  resultSentence,
  summaryWords,
} from "./replay-words.ts";

type Problem = { message: string; requestId?: string };
type Preview = Extract<PreviewAnswer, { ok: true }>;
type Done = Extract<ReplayAnswer, { ok: true }>;

/** First what would change, then the press, then what did: in the same place. */
export function ReplayDialog({ what, onClose }: { what: PreviewInput; onClose: () => void }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [preview, setPreview] = useState<Preview | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const ask = <Value extends { ok: true }>(
    press: () => Promise<ActionResult<Value | Extract<PreviewAnswer, { ok: false }>>>,
    onAnswer: (value: Value) => void,
  ) =>
    startTransition(async () => {
      setProblem(null);
      const answer = await press().catch(() => null);
      if (!answer) return setProblem(NO_ANSWER);
      if (!answer.ok) return setProblem(answer.error);
      if (!answer.value.ok) return setProblem({ message: refusalWords(answer.value, Date.now()) });
      onAnswer(answer.value);
    });

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the dialog opens
  useEffect(() => ask<Preview>(() => previewReplayAction(what), setPreview), []);
  const replay = ({ eventIds }: Preview) =>
    ask<Done>(
      () => replayEventsAction({ eventIds, ...("filter" in what && { filter: what.filter }) }),
      (value) => {
        setDone(value);
        router.refresh();
      },
    );

  const count = preview?.eventIds.length ?? 0;
  return (
    <Dialog
      open
      onClose={onClose}
      title={done ? "Replayed" : `Replay${preview ? ` ${eventsWords(count)}?` : ""}`}
      description="Says once more what was said: dated by the event, recorded once however often it is replayed."
      footer={
        <>
          <Button onClick={onClose}>{done ? "Done" : "Close"}</Button>
          {preview && !done && (
            <Button tone="primary" pending={isPending} onClick={() => replay(preview)}>
              Replay {eventsWords(count)}
            </Button>
          )}
        </>
      }
    >
      {problem && (
        <Notice
          tone="error"
          title={problem.message}
          isLive
          {...(problem.requestId && { requestId: problem.requestId })}
        />
      )}
      {done && (
        <Notice tone="success" title={summaryWords(done.summary, "did")} isLive>
          On record as operation <ShortId value={done.operationId} label="operation id" />
        </Notice>
      )}
      {!preview && !problem && <p role="status">Working out what it would change…</p>}
      {preview && !done && <Summary summary={preview.summary} />}
    </Dialog>
  );
}

const NO_ANSWER: Problem = {
  message: "The desk did not answer. The audit trail says whether anything was replayed; replaying again is safe.",
};

/** At most so many of a set are named one by one. */
const NAMED_EVENTS = 8;

function Summary({ summary }: { summary: ReplaySummary }) {
  const { counts, shown } = summary;
  const changing = shown.filter((event) => event.result === "signal" || event.result === "reading");
  return (
    <>
      <p className="font-medium">{summaryWords(summary, "would")}</p>
      <ul className="mt-2 list-disc space-y-1 pl-5 text-table">
        {RESULTS.flatMap((result) => {
          const count = counts[result];
          return count
            ? [<li key={result}>{summary.events === 1 ? `${resultSentence(result)}.` : countWords(result, count)}</li>]
            : [];
        })}
      </ul>
      {changing.length > 0 && (
        <ul aria-label="Events that would change something" className="mt-3 text-table">
          {changing.slice(0, NAMED_EVENTS).map((event) => (
            <li key={event.eventId} className="border-line border-t py-1.5">
              {topicWords(event.topic)} <ShortId value={event.exchangeId ?? event.eventId} />
              {changeWords(event) && <span className="text-muted"> · {changeWords(event)}</span>}
            </li>
          ))}
        </ul>
      )}
      {(counts.reading ?? 0) > 0 && (
        <p className="mt-2 text-muted text-table">
          What Dwolla answers then decides; it cannot be said before. A worker asks, behind what people press.
        </p>
      )}
      <p className="mt-2 text-muted text-table">
        Worked out by a trial run that was undone. The replay goes on record.
      </p>
    </>
  );
}
