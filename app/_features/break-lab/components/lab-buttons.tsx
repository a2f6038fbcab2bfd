"use client";

import { useRouter } from "next/navigation";
import { SIMULATED_PARTNERS } from "#features/simulator-controls/schema.ts";
import { Button, type ButtonTone } from "#ui/button.tsx";
import {
  changeConditionsAction,
  endSessionAction,
  makeCustomerAction,
  repairExchangeAction,
  sendWebhookAction,
} from "../actions.ts";
import { labHref, SESSION_ENDS } from "../schema.ts";
import { SESSION_END_WORDS } from "./lab-words.ts";
import { SaidLine } from "./said-line.tsx";
import { useOperate } from "./use-operate.ts";

/** Makes a link healthy at the bank, without any customer. */
export function RepairButton({ exchangeId, tone = "secondary" }: { exchangeId: string; tone?: ButtonTone }) {
  const { isPending, said, press } = useOperate();
  return (
    <>
      <Button
        tone={tone}
        pending={isPending}
        onClick={() => press(() => repairExchangeAction({ exchangeId }), "It works again.")}
      >
        Make it work again
      </Button>
      <SaidLine said={said} />
    </>
  );
}

/** Ends everything that goes wrong on purpose, for everybody. */
export function ClearButton({ tone = "secondary" }: { tone?: ButtonTone }) {
  const { isPending, said, press } = useOperate();
  return (
    <>
      <Button
        tone={tone}
        pending={isPending}
        onClick={() => press(() => changeConditionsAction({ set: "nothing" }), "Nothing goes wrong any more.")}
      >
        Clear
      </Button>
      <SaidLine said={said} />
    </>
  );
}

export function SendWebhookButton({ exchangeId, tone = "secondary" }: { exchangeId: string; tone?: ButtonTone }) {
  const { isPending, said, press } = useOperate();
  const send = () => press(() => sendWebhookAction({ exchangeId, times: 1 }), "Sent.");
  return (
    <>
      <Button tone={tone} pending={isPending} onClick={send}>
        Send its webhook now
      </Button>
      <SaidLine said={said} />
    </>
  );
}

/** What the customer does with the newest session, without a browser at the bank. */
export function SessionButtons({ exchangeId, dwollaSessionId }: { exchangeId: string; dwollaSessionId: string }) {
  const { isPending, said, press } = useOperate();
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {SESSION_ENDS.map((as) => (
          <Button
            key={as}
            pending={isPending}
            onClick={() => press(() => endSessionAction({ exchangeId, dwollaSessionId, as }), "Done at the bank.")}
          >
            {SESSION_END_WORDS[as]}
          </Button>
        ))}
      </div>
      <SaidLine said={said} />
    </>
  );
}

/** A customer with a working bank of each partner, one press away; the run on it begins at once. */
export function MakeCustomerButtons() {
  const router = useRouter();
  const { isPending, said, press } = useOperate<{ exchangeId: string }>();
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {SIMULATED_PARTNERS.map((partner, place) => (
          <Button
            key={partner}
            tone={place === 0 ? "primary" : "secondary"}
            pending={isPending}
            onClick={() =>
              press(
                () => makeCustomerAction({ partner }),
                "Made.",
                ({ exchangeId }) => router.push(labHref(exchangeId, new Date().toISOString())),
              )
            }
          >
            {`Make one with ${partner}`}
          </Button>
        ))}
      </div>
      <SaidLine said={said} />
    </>
  );
}
