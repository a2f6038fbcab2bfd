"use client";

import { type ReactNode, useRef, useState } from "react";
import type { ReviewDecision } from "#domain/audit-review.ts";
import { useShortcut } from "#ui/keyboard.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { decideItemAction } from "../actions.ts";
import type { ReviewItemView } from "../data.ts";
import { ReviewItem } from "./review-item.tsx";
import { HandOver } from "./review-steps.tsx";
import { progressWords } from "./review-words.ts";
import { problemOf, type ReviewProblem } from "./use-review-press.ts";

type ReviewItemsProps = {
  reviewId: string;
  items: ReviewItemView[];
  /** By event id. */
  eventLines: Record<string, ReactNode>;
  /** The items can be decided, by the person who looks. */
  isOpen: boolean;
  /** Who may sign off, in words. */
  signers: string;
};

/**
 * The sample, event by event. What is decided is kept here as well as sent: reading the page anew for each
 * decision would be a reading of the trail on record each time.
 */
export function ReviewItems({ reviewId, items: atFirst, eventLines, isOpen, signers }: ReviewItemsProps) {
  const list = useRef<HTMLOListElement>(null);
  const [items, setItems] = useState(atFirst);
  const decided = items.filter(({ decision }) => decision !== null).length;
  const findings = items.filter(({ decision }) => decision === "finding").length;

  const decide = async (place: number, decision: ReviewDecision, finding: string): Promise<ReviewProblem | null> => {
    const input = { reviewId, place } as const;
    const answer = await decideItemAction(
      decision === "fine" ? { ...input, decision } : { ...input, decision, finding },
    );
    const problem = problemOf(answer);
    if (problem) return problem;
    const change = { decision, finding: decision === "finding" ? finding : null, decidedAt: new Date().toISOString() };
    setItems((before) => before.map((item) => (item.place === place ? { ...item, ...change } : item)));
    return null;
  };

  useItemKeys(list, isOpen);
  return (
    <>
      <SectionHead
        title="Sampled events"
        note={progressWords({ decided, findings, sampleSize: items.length })}
        action={isOpen && <HandOver reviewId={reviewId} undecided={items.length - decided} signers={signers} />}
      />
      <ol ref={list} className="border-line border-b">
        {items.map((item) => (
          <ReviewItem key={item.place} item={item} isOpen={isOpen} onDecide={decide}>
            {eventLines[item.eventId] ?? <MissingEvent eventId={item.eventId} />}
          </ReviewItem>
        ))}
      </ol>
    </>
  );
}

function MissingEvent({ eventId }: { eventId: string }) {
  return (
    <p className="text-table text-warning wrap-anywhere">
      Event {eventId} is not in the trail any more: it was purged under retention, or taken out.
    </p>
  );
}

/** `j` and `k` move from event to event, `f` decides the one that is focused. */
function useItemKeys(list: React.RefObject<HTMLOListElement | null>, isOpen: boolean): void {
  const move = (step: 1 | -1) => {
    const items = [...(list.current?.children ?? [])] as HTMLElement[];
    const at = items.findIndex((item) => item.contains(document.activeElement));
    items[at < 0 ? 0 : at + step]?.focus({ focusVisible: true } as FocusOptions);
  };
  useShortcut({ keys: "j", label: "Next event", run: () => move(1) });
  useShortcut({ keys: "k", label: "Previous event", run: () => move(-1) });
  useShortcut({
    keys: "f",
    label: "This event is fine",
    enabled: isOpen,
    run: () => {
      const item = [...(list.current?.children ?? [])].find((each) => each.contains(document.activeElement));
      item?.querySelector<HTMLButtonElement>("[data-fine]")?.click();
    },
  });
}
