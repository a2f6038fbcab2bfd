import { PageHead } from "#ui/page-head.tsx";
import { NewReviewForm } from "./new-review-form.tsx";
import { periodWords } from "./review-words.ts";

type Period = { from: Date; until: Date };
type NewReviewScreenProps = {
  proposedSeed: string;
  lastMonth: Period | null;
  lastQuarter: Period | null;
  actions: { value: string; label: string }[];
};

export function NewReviewScreen({ proposedSeed, lastMonth, lastQuarter, actions }: NewReviewScreenProps) {
  return (
    <>
      <PageHead
        title="New review"
        summary="A sample of the trail: you decide each event, a second person signs off. Drawing it goes on record."
      />
      <div className="grid grid-cols-1 items-start gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,34rem)_minmax(0,26rem)]">
        <NewReviewForm
          proposedSeed={proposedSeed}
          periods={{ last_month: words(lastMonth), last_quarter: words(lastQuarter) }}
          actions={actions}
        />
        <section aria-labelledby="how-drawn" className="max-w-[60ch] text-muted lg:border-line lg:border-l lg:pl-8">
          <h2 id="how-drawn" className="font-medium text-ink">
            How the sample is drawn
          </h2>
          <p className="mt-2 text-pretty">
            All events of the period are sorted by the SHA‑256 of the seed directly followed by the event’s id; the
            first ones are the sample. The same seed, period and actions give the same sample again, on any machine.
          </p>
          <h2 className="mt-5 font-medium text-ink">Who may not take part</h2>
          <p className="mt-2 text-pretty">
            Your own acts are left out: somebody else has to review them. Whoever did one of the sampled acts cannot
            sign off. Reading and reviewing the trail are acts too, so they are drawn only when you ask for everything
            or choose them; the people who read the trail can then not sign off.
          </p>
        </section>
      </div>
    </>
  );
}

function words(period: Period | null): string {
  return period ? periodWords(period.from.toISOString(), period.until.toISOString()) : "";
}
