"use client";

import { useState } from "react";
import { Button } from "#ui/button.tsx";
import { Notice } from "#ui/notice.tsx";
import {
  createWebhookSubscriptionAction,
  deleteWebhookSubscriptionAction,
  pauseWebhookSubscriptionAction,
  requestRedeliveryAction,
  resumeWebhookSubscriptionAction,
} from "../actions.ts";
import type { SubscriptionView } from "../data.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { redeliveryWords } from "./subscription-words.ts";
import { type Said, useSubscriptionAct } from "./use-subscription-act.ts";

type Question = "pause" | "delete";

/** What can be done with our subscription as it is now. */
export function SubscriptionButtons({ subscription }: { subscription: SubscriptionView }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const { isPending, said, run } = useSubscriptionAct(() => setQuestion(null));
  const input = { subscriptionId: subscription.id };
  const resume = () =>
    run(
      () => resumeWebhookSubscriptionAction(input),
      () => RESUMED,
    );
  const redeliver = () => run(() => requestRedeliveryAction(input), redeliveryWords);
  const confirmed = {
    pause: () =>
      run(
        () => pauseWebhookSubscriptionAction(input),
        () => "Paused. Nothing is sent until it is resumed.",
      ),
    delete: () =>
      run(
        () => deleteWebhookSubscriptionAction(input),
        () => "Deleted. Nothing is sent to this desk.",
      ),
  };
  return (
    <>
      <div className="mt-2 mb-3 flex flex-wrap gap-2" data-screen-only>
        {subscription.isPaused ? (
          <Button size="small" tone="primary" pending={isPending && question === null} onClick={resume}>
            Resume
          </Button>
        ) : (
          <>
            <Button size="small" pending={isPending && question === null} onClick={redeliver}>
              Ask for missing webhooks
            </Button>
            <Button size="small" onClick={() => setQuestion("pause")}>
              Pause
            </Button>
          </>
        )}
        <Button size="small" onClick={() => setQuestion("delete")}>
          Delete
        </Button>
      </div>
      {said && <SaidNotice said={said} />}
      {question && (
        <ConfirmDialog
          question={question}
          address={subscription.address}
          isPending={isPending}
          onConfirm={confirmed[question]}
          onClose={() => setQuestion(null)}
        />
      )}
    </>
  );
}

const RESUMED = "Resumed. What was made while it was paused is not sent by itself: ask for the missing webhooks.";

export function CreateSubscriptionButton() {
  const { isPending, said, run } = useSubscriptionAct(() => undefined);
  const create = () =>
    run(
      () => createWebhookSubscriptionAction({}),
      () => "Created. Dwolla sends webhooks from now on.",
    );
  return (
    <>
      <div className="mt-2 mb-3" data-screen-only>
        <Button size="small" tone="primary" pending={isPending} onClick={create}>
          Create subscription
        </Button>
      </div>
      {said && <SaidNotice said={said} />}
    </>
  );
}

function SaidNotice({ said: { tone, message, requestId } }: { said: Said }) {
  return <Notice tone={tone} title={message} isLive {...(requestId && { requestId })} />;
}
