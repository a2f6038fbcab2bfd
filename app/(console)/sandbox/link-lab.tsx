import type { ReactNode } from "react";
import { actionWords } from "#features/audit/components/audit-words.ts";
import { ClearButton, RepairButton, SendWebhookButton } from "#features/break-lab/components/lab-buttons.tsx";
import { LabScreen } from "#features/break-lab/components/lab-screen.tsx";
import type { Step } from "#features/break-lab/components/next-step.ts";
import type { LabLink } from "#features/break-lab/loaders.ts";
import { type Kind, labHref } from "#features/break-lab/schema.ts";
import { StartCatchUpButton } from "#features/catch-ups/components/start-catch-up-button.tsx";
import { CheckButton, CheckExchange, LatestCheckAnswer } from "#features/exchanges/components/check-exchange.tsx";
import { KeepRun } from "#features/recordings/components/keep-run.tsx";
import { ButtonLink } from "#ui/button.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { Time } from "#ui/time.tsx";

/** The lab on one link, with the desk's own controls in it. */
export function LinkLab({ lab, show }: { lab: LabLink; show: Kind | undefined }) {
  const { exchange, exchangeId, simulated, since, now } = lab;
  return (
    <CheckExchange exchangeId={exchangeId}>
      <PageHead
        title={<bdi>{exchange?.customer.name ?? "A link that the desk has not read"}</bdi>}
        summary={
          <>
            {simulated.truth.partner} · <ShortId value={exchangeId} label="exchange id" /> · this run began{" "}
            <Time iso={since} now={now} />
          </>
        }
        action={
          <>
            <ButtonLink href={labHref(exchangeId, now)}>Begin a new run</ButtonLink>
            <ButtonLink href="/sandbox">Choose another link</ButtonLink>
          </>
        }
      />
      <LabScreen
        lab={lab}
        show={show}
        stepControl={(step, isFirst) => STEP_CONTROLS[step](exchangeId, isFirst ? "primary" : "secondary")}
        auditWords={actionWords}
        checkAnswer={<LatestCheckAnswer />}
        keep={<KeepRun key={since} exchangeId={exchangeId} since={since} />}
      />
    </CheckExchange>
  );
}

type StepControl = (exchangeId: string, tone: "primary" | "secondary") => ReactNode;

const to =
  (label: string, hrefFor: (exchangeId: string) => string): StepControl =>
  (exchangeId, tone) => (
    <ButtonLink href={hrefFor(exchangeId)} tone={tone}>
      {label}
    </ButtonLink>
  );

const here =
  (label: string, part: string): StepControl =>
  (_exchangeId, tone) => (
    <ButtonLink href={`#${part}`} tone={tone}>
      {label}
    </ButtonLink>
  );

const STEP_CONTROLS: Record<Step, StepControl> = {
  clear: (_exchangeId, tone) => <ClearButton tone={tone} />,
  sweep: to("Start a sweep", () => "/coverage"),
  break: here("Break it", "break"),
  check: (_exchangeId, tone) => <CheckButton offReason={null} showsReason={false} tone={tone} />,
  catch_up: () => <StartCatchUpButton />,
  send_webhook: (exchangeId, tone) => <SendWebhookButton exchangeId={exchangeId} tone={tone} />,
  wait: () => null,
  create_session: to("Create session", (exchangeId) => `/exchanges/${exchangeId}?create`),
  reveal: to("Go to the session", (exchangeId) => `/exchanges/${exchangeId}`),
  finish: here("Be the customer", "customer"),
  repair: (exchangeId, tone) => <RepairButton exchangeId={exchangeId} tone={tone} />,
  keep: here("Keep this run", "keep"),
};
