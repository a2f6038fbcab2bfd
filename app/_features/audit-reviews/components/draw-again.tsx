"use client";

import { useState, useTransition } from "react";
import { Button } from "#ui/button.tsx";
import { drawReviewAgainAction } from "../actions.ts";
import { REFUSAL_WORDS, secondDrawWords } from "./review-words.ts";

/** Draws by the stored parameters and says whether it is the very sample that was decided. */
export function DrawAgain({ reviewId }: { reviewId: string }) {
  const [said, setSaid] = useState("");
  const [isPending, startTransition] = useTransition();
  const draw = () =>
    startTransition(async () => {
      const result = await drawReviewAgainAction({ reviewId });
      if (!result.ok) return setSaid(result.error.message);
      setSaid(result.value ? secondDrawWords(result.value) : REFUSAL_WORDS.no_such_review);
    });
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      <span data-screen-only>
        <Button size="small" pending={isPending} onClick={draw}>
          Draw again
        </Button>
      </span>
      <span role="status" className="font-medium empty:hidden">
        {said}
      </span>
    </span>
  );
}
