"use client";

import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useId, useState } from "react";
import type { ActionResult } from "#platform/action.ts";
import { Button, type ButtonTone } from "#ui/button.tsx";
import { checkExchangeAction } from "../actions.ts";
import type { CheckExchangeResult } from "../schema.ts";
import { CheckAnswer } from "./check-answer.tsx";

type Check = { isChecking: boolean; answer: ActionResult<CheckExchangeResult> | null; run: () => void };

const CheckContext = createContext<Check>({ isChecking: false, answer: null, run: () => {} });

/** Around a screen of one exchange: the button stands in its head, the answer where there is room for it. */
export function CheckExchange({ exchangeId, children }: { exchangeId: string; children: ReactNode }) {
  const router = useRouter();
  const [isChecking, setChecking] = useState(false);
  const [answer, setAnswer] = useState<Check["answer"]>(null);
  const run = async () => {
    setChecking(true);
    const said = await checkExchangeAction({ exchangeId }).catch(() => NO_ANSWER);
    setAnswer(said);
    setChecking(false);
    if (said.ok) router.refresh();
  };
  return <CheckContext value={{ isChecking, answer, run }}>{children}</CheckContext>;
}

type CheckButtonProps = {
  /** Why nothing can be checked now; the button then stands, but is off. */
  offReason: string | null;
  /** Unless the same reason stands beside another button. */
  showsReason: boolean;
  tone?: ButtonTone;
};

export function CheckButton({ offReason, showsReason, tone = "secondary" }: CheckButtonProps) {
  const reasonId = useId();
  const { isChecking, run } = useContext(CheckContext);
  const isOff = offReason !== null && !isChecking;
  return (
    <>
      <Button
        tone={tone}
        pending={isChecking}
        disabled={isOff}
        aria-describedby={isOff ? reasonId : undefined}
        onClick={run}
      >
        Check now
      </Button>
      {isOff && (
        <p id={reasonId} className={showsReason ? "max-w-80 text-label text-muted text-pretty" : "sr-only"}>
          {offReason}
        </p>
      )}
    </>
  );
}

export function LatestCheckAnswer() {
  const { isChecking, answer } = useContext(CheckContext);
  return (
    <div aria-busy={isChecking} className={isChecking ? "opacity-50" : ""}>
      {answer && <CheckAnswer answer={answer} />}
    </div>
  );
}

const NO_ANSWER: ActionResult<CheckExchangeResult> = {
  ok: false,
  error: {
    code: "unavailable",
    message: "The desk did not answer. Trying again is safe: a check only reads.",
    requestId: "",
  },
};
