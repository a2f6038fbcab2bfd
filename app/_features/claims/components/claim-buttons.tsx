"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "#ui/button.tsx";
import { closeUnprovenAction, recordClaimAction } from "../actions.ts";
import type { ClaimResult } from "../schema.ts";

type ClaimButtonsProps = {
  exchangeId: string;
  isClaimed: boolean;
  /** A proof found that nothing can prove the repair. */
  canClose: boolean;
};

const REFUSALS: Record<Extract<ClaimResult, { ok: false }>["reason"], string> = {
  no_open_case: "The case was closed meanwhile.",
  not_claimed: "The customer has not said to have signed in.",
  can_be_proven: "A proof is still possible, so the case is not closed on a word.",
};

/** What the customer says about the link, noted by whoever talks to the customer. */
export function ClaimButtons({ exchangeId, isClaimed, canClose }: ClaimButtonsProps) {
  const router = useRouter();
  const [said, setSaid] = useState("");
  const [isPending, startTransition] = useTransition();

  const press = (act: () => ReturnType<typeof recordClaimAction>, done: string) =>
    startTransition(async () => {
      const result = await act();
      if (!result.ok) setSaid(result.error.message);
      else setSaid(result.value.ok ? done : REFUSALS[result.value.reason]);
      router.refresh();
    });

  return (
    <div className="mt-2 flex flex-wrap items-center gap-2">
      {!isClaimed && (
        <Button
          size="small"
          pending={isPending}
          onClick={() =>
            press(() => recordClaimAction({ exchangeId, word: "finished" }), "Noted. The bank is being asked now.")
          }
        >
          Customer has signed in
        </Button>
      )}
      {isClaimed && (
        <Button
          size="small"
          pending={isPending}
          onClick={() => press(() => recordClaimAction({ exchangeId, word: "fails" }), "Noted.")}
        >
          Customer still cannot
        </Button>
      )}
      {canClose && (
        <Button
          size="small"
          pending={isPending}
          onClick={() => press(() => closeUnprovenAction({ exchangeId }), "Closed on the customer’s word.")}
        >
          Close without proof
        </Button>
      )}
      <p role="status" className="text-muted text-table">
        {said}
      </p>
    </div>
  );
}
