"use client";

import { useState } from "react";
import { Button } from "#ui/button.tsx";
import { abandonReviewAction } from "../actions.ts";
import { ReasonDialog } from "./reason-dialog.tsx";

/** For the one who drew it, as long as it is not handed over. */
export function AbandonReview({ reviewId }: { reviewId: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>Abandon review</Button>
      {isOpen && (
        <ReasonDialog
          title="Abandon this review?"
          description="It stays on the list as it is now, with your reason. Nobody can go on with it."
          label="Why is it abandoned?"
          verb="Abandon review"
          tone="danger"
          act={(reason) => abandonReviewAction({ reviewId, reason })}
          onClose={() => setIsOpen(false)}
        />
      )}
    </>
  );
}
