import { CopyButton } from "#ui/copy-button.tsx";
import { type Fact, Facts } from "#ui/facts.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { formatUtc } from "#ui/time-format.ts";
import type { loadReview } from "../loaders.ts";
import { DrawAgain } from "./draw-again.tsx";
import { eventsWords, listWords, SCOPE_WORDS } from "./review-words.ts";

type ReviewPage = NonNullable<Awaited<ReturnType<typeof loadReview>>>;

/** What the sample depends on, who took part, and how anybody can draw it again. */
export function ReviewFacts({ page }: { page: ReviewPage }) {
  return (
    <>
      <div className="grid items-start gap-x-10 lg:grid-cols-2 print:grid-cols-2">
        <Facts items={sampleFacts(page)} />
        <Facts items={peopleFacts(page)} />
      </div>
      <p className="mt-2 max-w-[100ch] text-muted text-table text-pretty">
        To draw it without this desk: take the events of the period and the actions from an export, leave out the
        reviewer’s own{page.review.lastNumber && <> and those numbered above {page.review.lastNumber}</>}, sort them by
        the SHA‑256 of the seed directly followed by the event id, and keep the first {page.review.sampleSize}.
      </p>
    </>
  );
}

function sampleFacts({ review }: ReviewPage): Fact[] {
  const { lastNumber, ownEvents, unnumbered } = review;
  const leftOut = [
    ownEvents > 0 && `${ownEvents.toLocaleString("en")} of the reviewer’s own`,
    unnumbered > 0 && `${unnumbered.toLocaleString("en")} without a number at the draw`,
  ].filter((part) => part !== false);
  const bound = lastNumber ? `numbered ${lastNumber} at most` : "nothing was sealed yet, so the period is the bound";
  return [
    { term: "Recorded from", detail: formatUtc(review.from) },
    { term: "Recorded before", detail: formatUtc(review.until) },
    { term: "Drawn from", detail: <DrawnFrom scope={review.scope} actions={review.actions} /> },
    { term: "Population", detail: `${eventsWords(review.population)}, ${bound}` },
    { term: "Left out", detail: leftOut.length > 0 ? listWords(leftOut) : "nothing" },
    { term: "Sample", detail: <Sample review={review} /> },
  ];
}

function Sample({ review }: Pick<ReviewPage, "review">) {
  const { sampleSize, size } = review;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3">
      {sampleSize === size ? eventsWords(sampleSize) : `all ${eventsWords(sampleSize)} (${size} were asked for)`}
      <DrawAgain reviewId={review.id} />
    </span>
  );
}

function DrawnFrom({ scope, actions }: Pick<ReviewPage["review"], "scope" | "actions">) {
  if (scope !== "chosen") return SCOPE_WORDS[scope];
  return (
    <>
      {SCOPE_WORDS[scope]}: <MachineCode>{actions.join(", ")}</MachineCode>
    </>
  );
}

function peopleFacts({ review, subjectNames }: ReviewPage): Fact[] {
  const { handedOverAt, signedOff, returned, abandoned } = review;
  const at = (iso: string | null) => iso && formatUtc(iso);
  return [
    {
      term: "Seed",
      detail: (
        <span className="inline-flex items-center wrap-anywhere">
          <code className="font-mono text-label">{review.seed}</code>
          <span data-screen-only>
            <CopyButton value={review.seed} label="seed" />
          </span>
        </span>
      ),
    },
    { term: "Reviewer", detail: review.reviewer.name },
    { term: "Drawn", detail: at(review.drawnAt) },
    { term: "Did sampled acts", detail: subjectNames.length > 0 ? listWords(subjectNames) : "no member of the staff" },
    { term: "Handed over", detail: review.state === "in_review" || abandoned ? null : at(handedOverAt) },
    ...(returned
      ? [{ term: "Last returned", detail: `${at(returned.at)}, by ${returned.by}: ${returned.reason}` }]
      : []),
    ...(abandoned ? [{ term: "Abandoned", detail: `${at(abandoned.at)}: ${abandoned.reason}` }] : []),
    { term: "Signed off", detail: signedOff && `${at(signedOff.at)}, by ${signedOff.by}` },
  ];
}
