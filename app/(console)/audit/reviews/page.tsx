import type { Metadata } from "next";
import { AuditTabs } from "#features/audit/components/audit-tabs.tsx";
import { ReviewsScreen } from "#features/audit-reviews/components/reviews-screen.tsx";
import { loadReviews } from "#features/audit-reviews/loaders.ts";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Reviews" };

export default permittedPage(async () => {
  const page = await loadReviews();
  return (
    <>
      <AuditTabs current="reviews" />
      <ReviewsScreen page={page} />
    </>
  );
});
