import type { ReactNode } from "react";
import { ButtonLink } from "#ui/button.tsx";
import { Notice } from "#ui/notice.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { PrintHead } from "#ui/print-head.tsx";
import { formatUtc } from "#ui/time-format.ts";
import type { loadReview } from "../loaders.ts";
import { reviewExportHref } from "../schema.ts";
import { AbandonReview } from "./abandon-review.tsx";
import { PrintButton } from "./print-button.tsx";
import { ReviewFacts } from "./review-facts.tsx";
import { ReviewItems } from "./review-items.tsx";
import { SecondPersonSteps } from "./review-steps.tsx";
import { listWords, periodWords, progressWords, SCOPE_WORDS, stateLook } from "./review-words.ts";

type ReviewPage = NonNullable<Awaited<ReturnType<typeof loadReview>>>;
type ReviewScreenProps = {
  page: ReviewPage;
  /** Each sampled event in words, by its id. */
  eventLines: Record<string, ReactNode>;
};

export function ReviewScreen({ page, eventLines }: ReviewScreenProps) {
  const { review, signerNames, mayDecide, maySignOff } = page;
  const isOpen = mayDecide && review.state === "in_review";
  const signers = signerNames.length > 0 ? listWords(signerNames, "disjunction") : "nobody at the moment";
  return (
    <>
      <PrintHead title="Review of the audit trail" print={page.print} facts={paperFacts(review)} />
      <PageHead
        title={`Review of ${periodWords(review.from, review.until)}`}
        summary={summary(page)}
        action={
          <>
            <PageTools reviewId={review.id} />
            {isOpen && <AbandonReview reviewId={review.id} />}
            {maySignOff && review.state === "handed_over" && (
              <SecondPersonSteps reviewId={review.id} reviewer={review.reviewer.name} counts={counts(review)} />
            )}
          </>
        }
      />
      <StateNotice page={page} signers={signers} />
      <ReviewFacts page={page} />
      <ReviewItems
        key={review.state}
        reviewId={review.id}
        items={review.items}
        eventLines={eventLines}
        isOpen={isOpen}
        signers={signers}
      />
    </>
  );
}

function paperFacts({ id, from, until, scope, actions }: ReviewPage["review"]) {
  return [
    { term: "Review", detail: id },
    { term: "Filter", detail: scope === "chosen" ? actions.join(", ") : SCOPE_WORDS[scope] },
    { term: "Recorded", detail: `from ${formatUtc(from)} to ${formatUtc(until)}` },
  ];
}

/** "download" keeps the export a plain link: the browser asks once, and nothing else does. */
function PageTools({ reviewId }: { reviewId: string }) {
  return (
    <span className="flex gap-2" data-screen-only>
      <PrintButton />
      <ButtonLink href={reviewExportHref(reviewId)} download>
        Export CSV
      </ButtonLink>
    </span>
  );
}

/** What is next, and who can do it. */
function StateNotice({ page, signers }: { page: ReviewPage; signers: string }) {
  const { review, signerNames, maySignOff } = page;
  const { returned, abandoned, state } = review;
  if (state === "signed_off") return null;
  if (abandoned)
    return (
      <Notice tone="info" title={`Abandoned by ${review.reviewer.name}, ${formatUtc(abandoned.at)}`}>
        <span className="wrap-anywhere">{abandoned.reason}</span>
      </Notice>
    );
  return (
    <>
      {state === "in_review" && returned && (
        <Notice tone="warning" title={`Returned by ${returned.by}, ${formatUtc(returned.at)}`}>
          <span className="wrap-anywhere">{returned.reason}</span>
        </Notice>
      )}
      {signerNames.length === 0 && (
        <Notice tone="warning" title="Nobody can sign this review off at the moment">
          It takes somebody of compliance who is not the reviewer and did none of the sampled acts.
        </Notice>
      )}
      {state === "handed_over" && !maySignOff && signerNames.length > 0 && (
        <Notice tone="info" title="Waits for a second person">
          {signers} may sign it off or return it.
        </Notice>
      )}
    </>
  );
}

function summary({ review }: ReviewPage): string {
  const { label } = stateLook({ state: review.state, isReturned: review.returned !== null });
  const signed = review.signedOff && ` by ${review.signedOff.by}, ${formatUtc(review.signedOff.at)}`;
  return `${label}${signed ?? ""}. Drawn by ${review.reviewer.name}. Reading this page is itself on record.`;
}

function counts({ items, sampleSize }: ReviewPage["review"]): string {
  const decided = items.filter(({ decision }) => decision !== null).length;
  const findings = items.filter(({ decision }) => decision === "finding").length;
  return progressWords({ decided, findings, sampleSize });
}
