import type { Metadata } from "next";
import { ReviewsScreen } from "#features/audit-reviews/components/reviews-screen.tsx";
import { loadReviews } from "#features/audit-reviews/loaders.ts";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Reviews" };

export default permittedPage(async () => {
  const page = await loadReviews();
  return <ReviewsScreen page={page} />;
});
