import type { Metadata } from "next";
import { AUDIT_ACTIONS } from "#domain/audit-event.ts";
import { actionWords } from "#features/audit/components/audit-words.ts";
import { NewReviewScreen } from "#features/audit-reviews/components/new-review-screen.tsx";
import { loadNewReview } from "#features/audit-reviews/loaders.ts";
import { permittedPage } from "../../../permitted-page.tsx";

export const metadata: Metadata = { title: "New review" };

export default permittedPage(async () => {
  const { seed, lastMonth, lastQuarter } = await loadNewReview();
  const actions = AUDIT_ACTIONS.map((action) => ({ value: action, label: actionWords(action) }));
  return <NewReviewScreen proposedSeed={seed} lastMonth={lastMonth} lastQuarter={lastQuarter} actions={actions} />;
});
