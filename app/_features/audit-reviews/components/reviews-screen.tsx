import type { ReactNode } from "react";
import { ButtonLink } from "#ui/button.tsx";
import { DataTable, type TableColumn, type TableRow } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { PrintHead } from "#ui/print-head.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { ReviewInList } from "../data.ts";
import type { loadReviews } from "../loaders.ts";
import { reviewHref } from "../schema.ts";
import { periodWords, progressWords, stateLook } from "./review-words.ts";

const COLUMNS: TableColumn[] = [
  { id: "period", header: "Period (UTC)" },
  { id: "state", header: "State", width: "210px", narrow: "aside" },
  { id: "progress", header: "Progress", width: "210px", narrow: "line-end" },
  { id: "reviewer", header: "Reviewer" },
  { id: "signedOffBy", header: "Signed off by", isWideOnly: true, narrow: "hidden" },
  { id: "drawn", header: "Drawn (UTC)", width: "200px", isWideOnly: true, narrow: "hidden" },
];

export function ReviewsScreen({
  page: { reviews, mayDraw, print },
}: {
  page: Awaited<ReturnType<typeof loadReviews>>;
}) {
  return (
    <>
      <PrintHead title="Reviews" print={print} facts={[{ term: "Shown", detail: `${reviews.length} reviews` }]} />
      <PageHead
        title="Reviews"
        summary={summary(reviews)}
        action={
          mayDraw && (
            <ButtonLink tone="primary" href="/audit/reviews/new">
              New review
            </ButtonLink>
          )
        }
      />
      <DataTable
        caption="Reviews"
        columns={COLUMNS}
        rows={reviews.map(toRow)}
        sort={{ columnId: "drawn", direction: "descending" }}
        empty={
          <EmptyState title="No review has been drawn yet">
            A review is a sample of the trail that one person decides event by event and a second person signs off.
          </EmptyState>
        }
      />
    </>
  );
}

function toRow(review: ReviewInList): TableRow {
  // What was abandoned stays on the list, behind the others in grey.
  const quiet = (words: ReactNode) =>
    review.state === "abandoned" ? <span className="text-muted">{words}</span> : words;
  return {
    id: review.id,
    href: reviewHref(review.id),
    cells: {
      period: quiet(periodWords(review.from, review.until)),
      state: <StatusBadge {...stateLook(review)} />,
      progress: quiet(progressWords(review)),
      reviewer: quiet(review.reviewer),
      signedOffBy: review.signedOffBy,
      drawn: quiet(<Time iso={review.drawnAt} form="exact" />),
    },
  };
}

function summary(reviews: readonly ReviewInList[]): string {
  const inState = (state: ReviewInList["state"]) => reviews.filter((review) => review.state === state).length;
  const waiting = inState("handed_over");
  const abandoned = inState("abandoned");
  const parts = [`${inState("in_review")} in review`, `${waiting} waiting for a second person`];
  const ended = `${inState("signed_off")} signed off${abandoned > 0 ? `, ${abandoned} abandoned` : ""}.`;
  return reviews.length === 0
    ? "Samples of the trail, decided by one person and signed off by another."
    : `${parts.join(", ")}, ${ended}`;
}
