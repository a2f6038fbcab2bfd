import { PageHead } from "#ui/page-head.tsx";
import { NewReviewForm } from "./new-review-form.tsx";

type NewReviewScreenProps = { proposedSeed: string; actions: { value: string; label: string }[] };

export function NewReviewScreen({ proposedSeed, actions }: NewReviewScreenProps) {
  return (
    <>
      <PageHead
        title="New review"
        summary="A sample of the trail: you decide each event, a second person signs off. Drawing it goes on record."
      />
      <div className="grid items-start gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,34rem)_minmax(0,26rem)]">
        <NewReviewForm proposedSeed={proposedSeed} actions={actions} />
        <section aria-labelledby="how-drawn" className="max-w-[60ch] text-muted lg:border-line lg:border-l lg:pl-8">
          <h2 id="how-drawn" className="font-medium text-ink">
            How the sample is drawn
          </h2>
          <p className="mt-2 text-pretty">
            All events of the period are put into the order of SHA-256(seed, then the event’s id), and the first ones
            are the sample. The same seed, period and actions always give the same sample, on any machine.
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
