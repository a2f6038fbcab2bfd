"use client";

import { useState } from "react";
import { Countdown } from "#ui/countdown.tsx";
import { Notice } from "#ui/notice.tsx";
import { SecretField } from "#ui/secret-field.tsx";
import type { RevealedHandover } from "../schema.ts";

type SessionHandoverProps = { handover: RevealedHandover; expiresAt: string; now: string };

const WORDS = {
  token: {
    label: "Plaid Link token",
    copyLabel: "token",
    hint: "Start Link in your app with this token. The customer signs in to the bank there.",
    lifeLabel: "Token valid for",
  },
  address: {
    label: "Address of the bank sign-in",
    copyLabel: "address",
    hint: "Open this address for the customer, in your app or their browser. They sign in to the bank there.",
    lifeLabel: "Address valid for",
  },
};

/** What is handed over, where it goes and how long it lasts. */
export function SessionHandover({ handover, expiresAt, now }: SessionHandoverProps) {
  const [hasLapsed, setLapsed] = useState(false);
  const { label, copyLabel, hint, lifeLabel } = WORDS[handover.kind];
  if (hasLapsed) {
    return (
      <Notice tone="warning" title="This session has lapsed" isLive>
        It could be used for 30 minutes. If the customer did not finish, create a new one.
      </Notice>
    );
  }
  return (
    <>
      <SecretField value={handover.value} label={label} copyLabel={copyLabel} hint={hint} />
      <p className="mt-4">
        <Countdown until={expiresAt} now={now} label={lifeLabel} endedLabel="Lapsed" onEnd={() => setLapsed(true)} />
      </p>
      <p className="mt-1 text-muted text-pretty">
        “Done” removes it from this page. It was never stored, and it is not shown a second time.
      </p>
    </>
  );
}
