"use client";

import { useState } from "react";
import { BREAK_LABELS, BREAKS, type Break } from "#features/simulator-controls/schema.ts";
import { Button } from "#ui/button.tsx";
import { RadioCards } from "#ui/radio-cards.tsx";
import { breakExchangeAction } from "../actions.ts";
import { RepairButton } from "./lab-buttons.tsx";
import { BREAK_SIGNS } from "./lab-words.ts";
import { SaidLine } from "./said-line.tsx";
import { useOperate } from "./use-operate.ts";

type BreakFormProps = {
  exchangeId: string;
  /** Why a way is not possible for this link. */
  offReasons: Partial<Record<Break, string>>;
  /** Whether anything is wrong with it, or with its bank. */
  mayRepair: boolean;
};

/** Every way in which the simulator breaks a link, each with what Dwolla then shows and how the desk can find it. */
export function BreakForm({ exchangeId, offReasons, mayRepair }: BreakFormProps) {
  const [as, setAs] = useState<Break>(BREAKS.find((way) => offReasons[way] === undefined) ?? "deactivated");
  const [isLost, setLost] = useState(false);
  const { isPending, said, press } = useOperate();
  const isAnnounced = as === "pending-disconnect";
  const submit = () =>
    press(
      () => breakExchangeAction({ exchangeId, as, webhook: !(isAnnounced && isLost) }),
      `Done: ${BREAK_LABELS[as].toLowerCase()}.`,
    );
  return (
    <form action={submit}>
      <RadioCards
        legend="What happens"
        name="as"
        value={as}
        onChange={(value) => setAs(BREAKS.find((way) => way === value) ?? as)}
        options={BREAKS.map((way) => ({
          value: way,
          label: BREAK_LABELS[way],
          offReason: offReasons[way],
          detail: way === as ? `${BREAK_SIGNS[way].shows} ${BREAK_SIGNS[way].found}` : undefined,
        }))}
      />
      {isAnnounced && (
        <label className="mt-2 flex items-center gap-2 text-table">
          <input
            type="checkbox"
            checked={isLost}
            onChange={(event) => setLost(event.target.checked)}
            className="size-4 accent-accent-fill"
          />
          Its webhook is lost on the way
        </label>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        <Button type="submit" tone="danger" pending={isPending}>
          Break it
        </Button>
        {mayRepair && <RepairButton exchangeId={exchangeId} />}
      </div>
      <SaidLine said={said} />
    </form>
  );
}
