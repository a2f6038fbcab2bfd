"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState, useTransition } from "react";
import { Button, ButtonLink } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { TextField } from "#ui/field.tsx";
import { Notice } from "#ui/notice.tsx";
import { RadioCards } from "#ui/radio-cards.tsx";
import { sendTestWebhookAction } from "../actions.ts";
import { TEST_TOPICS, type TestTopic } from "../schema.ts";
import { failureWords, outcomeWords, TOPIC_CARDS } from "./test-webhook-words.ts";

type Answer = Awaited<ReturnType<typeof sendTestWebhookAction>>;

/** The whole way of a webhook at one press: made and signed by the simulator, sent to this desk's address, seen here. */
export function TestWebhookButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Send me a test webhook</Button>
      {isOpen && <TestWebhookDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function TestWebhookDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [answer, setAnswer] = useState<Answer | "none" | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isPending) return;
    const form = new FormData(event.currentTarget);
    const topic: TestTopic = TEST_TOPICS.find((each) => each === form.get("topic")) ?? TEST_TOPICS[0];
    const exchangeId = String(form.get("exchangeId") ?? "").trim() || null;
    startTransition(async () => {
      setAnswer(await sendTestWebhookAction({ topic, exchangeId }).catch(() => "none" as const));
      router.refresh();
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Send a test webhook"
      description="The simulator makes an event and sends it to this desk, signed as Dwolla signs."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button tone="primary" type="submit" form={formId} pending={isPending}>
            Send webhook
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="grid gap-3">
        <RadioCards
          legend="What it says"
          name="topic"
          defaultValue={TEST_TOPICS[0]}
          options={TEST_TOPICS.map((value) => ({ value, ...TOPIC_CARDS[value] }))}
        />
        <TextField
          name="exchangeId"
          label="Exchange id"
          hint="Copy it from an exchange’s page. Without one it is about any bank link."
          autoComplete="off"
          spellCheck={false}
          error={fieldError(answer)}
        />
      </form>
      {answer && !fieldError(answer) && (
        <div className="mt-3">
          <Outcome answer={answer} />
        </div>
      )}
    </Dialog>
  );
}

function fieldError(answer: Answer | "none" | null): string | undefined {
  return answer && answer !== "none" && !answer.ok ? answer.error.fieldErrors?.exchangeId?.[0] : undefined;
}

function Outcome({ answer }: { answer: Answer | "none" }) {
  if (answer === "none") return <Notice tone="error" title="The desk did not answer. Trying again is safe." isLive />;
  if (!answer.ok) return <Notice tone="error" title={answer.error.message} requestId={answer.error.requestId} isLive />;
  const { value } = answer;
  if (!value.ok) return <Notice tone="error" title={failureWords(value)} isLive />;
  const { tone, title, means } = outcomeWords(value.afterMs);
  return (
    <Notice
      tone={tone}
      title={title}
      isLive
      {...(value.afterMs !== null && {
        action: (
          <ButtonLink size="small" href={`/webhooks/${value.eventId}`}>
            Open event
          </ButtonLink>
        ),
      })}
    >
      {means}
    </Notice>
  );
}
