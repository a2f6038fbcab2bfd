import type { ReactNode } from "react";
import { partnerCapability } from "#domain/partner-capability.ts";
import type { Break } from "#features/simulator-controls/schema.ts";
import { SectionHead } from "#ui/section-head.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import type { LabLink } from "../loaders.ts";
import type { Kind } from "../schema.ts";
import { BreakForm } from "./break-form.tsx";
import { ConditionsForm } from "./conditions-form.tsx";
import { ClearButton, SessionButtons } from "./lab-buttons.tsx";
import { LabTimeline } from "./lab-timeline.tsx";
import { aheadWords, conditionsSet } from "./lab-words.ts";
import { type Advice, type Agreement, adviceFor, agreementOf, type Step, standingOf } from "./next-step.ts";
import { StandingFacts } from "./standing-facts.tsx";

type LabScreenProps = {
  lab: LabLink;
  show: Kind | undefined;
  /** The control of a step, where it has one. */
  stepControl: (step: Step, isFirst: boolean) => ReactNode;
  /** What the latest check found. */
  checkAnswer: ReactNode;
  /** What an act on record is called. */
  auditWords: (action: string) => string;
  /** The part that keeps the run. */
  keep: ReactNode;
};

/** The lab on one link: how it stands, what to do next, every control, and one line of all that happens. */
export function LabScreen({ lab, show, stepControl, checkAnswer, auditWords, keep }: LabScreenProps) {
  const standing = standingOf(lab);
  return (
    // By its own width, not the window's: a panel may stand beside it.
    <div className="@container">
      <StandingFacts lab={lab} />
      <div className="mt-4 gap-x-10 @4xl:grid @4xl:grid-cols-[25rem_minmax(0,1fr)]">
        {/* What to do next and the newest of what happened stay in sight, however far down the controls are. */}
        <div className="contents @4xl:sticky @4xl:top-[calc(var(--bar-height)+0.5rem)] @4xl:col-start-2 @4xl:row-start-1 @4xl:flex @4xl:max-h-[calc(100dvh-var(--bar-height)-4rem)] @4xl:min-h-96 @4xl:flex-col @4xl:self-start">
          <NextSteps agreement={agreementOf(standing)} advice={adviceFor(standing)} stepControl={stepControl} />
          {checkAnswer}
          <section aria-label="What happened" className="@4xl:flex @4xl:min-h-0 @4xl:flex-col">
            <SectionHead title="What happened" note="since this run began; newest first, times in UTC" />
            <LabTimeline lab={lab} show={show} auditWords={auditWords} />
          </section>
        </div>
        <div className="@4xl:col-start-1 @4xl:row-start-1">
          <Part id="break" title="Break it">
            <BreakForm
              exchangeId={lab.exchangeId}
              offReasons={offReasonsFor(lab)}
              mayRepair={standing.condition !== "healthy" || standing.bank !== "answers"}
            />
          </Part>
          <Part id="customer" title="Be the customer" note="at the bank, with the newest session">
            <CustomerPart lab={lab} />
          </Part>
          <Part id="conditions" title="What goes wrong for everybody">
            <ConditionsPart lab={lab} />
          </Part>
          <Part id="keep" title="Keep this run" note="as a scenario that is played again as a test">
            {keep}
          </Part>
        </div>
      </div>
    </div>
  );
}

type PartProps = { id: string; title: string; note?: string; children: ReactNode };

/** A group of controls that a step leads to; what stands above it stays clear of what stays in sight. */
function Part({ id, title, note, children }: PartProps) {
  return (
    <section id={id} aria-label={title} className="scroll-mt-40 @4xl:scroll-mt-8 @4xl:first:*:mt-0">
      <SectionHead title={title} note={note} />
      {children}
    </section>
  );
}

const AGREEMENTS: Record<Agreement, { tone: "proven" | "warning" | "quiet"; label: string }> = {
  agree: { tone: "proven", label: "The desk is right" },
  differ: { tone: "warning", label: "The desk is not right yet" },
  unproven: { tone: "quiet", label: "The desk has no proof" },
  not_read: { tone: "quiet", label: "The desk has not read it" },
};

type NextStepsProps = { agreement: Agreement; advice: Advice; stepControl: LabScreenProps["stepControl"] };

function NextSteps({ agreement, advice: { says, steps }, stepControl }: NextStepsProps) {
  return (
    <section
      aria-label="Next"
      className="sticky top-(--bar-height) z-5 flex flex-none flex-wrap items-center gap-x-6 gap-y-2 border-line border-y bg-sunken px-3 py-2.5 max-sm:-mx-4 max-sm:px-4 @4xl:static"
    >
      <div className="min-w-0 flex-[1_1_24rem]">
        <StatusBadge {...AGREEMENTS[agreement]} />
        <p role="status" className="text-pretty">
          {says}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {steps.map((step, place) => {
          const control = stepControl(step, place === 0);
          return control && <div key={step}>{control}</div>;
        })}
      </div>
    </section>
  );
}

function offReasonsFor({ simulated }: LabLink): Partial<Record<Break, string>> {
  const { partner } = simulated.truth;
  if (partnerCapability(partner).hasBalanceCheck) return {};
  return { UpdateCredentials: `${partner} offers no balance checks, so nothing could say so.` };
}

function CustomerPart({ lab: { simulated, exchangeId, bankPage } }: { lab: LabLink }) {
  const session = simulated.truth.sessions.findLast(({ state }) => state === "open");
  if (!session)
    return (
      <p className="text-muted text-table text-pretty">
        No session is open. Create one for the link; then you can finish or leave it here, or in the bank’s own page
        with what you reveal.
      </p>
    );
  return (
    <>
      <SessionButtons exchangeId={exchangeId} dwollaSessionId={session.id} />
      <p className="mt-2 text-muted text-table text-pretty">
        Or as the customer would: what you revealed opens{" "}
        <a href={bankPage} target="_blank" rel="noreferrer" className="text-accent underline underline-offset-2">
          the simulated bank’s page
        </a>
        .
      </p>
    </>
  );
}

function ConditionsPart({ lab: { simulated } }: { lab: LabLink }) {
  const set = conditionsSet(simulated.conditions);
  const ahead = aheadWords(simulated.conditions);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-start justify-between gap-2 text-table">
        <div className="min-w-0">
          {set.length === 0 ? <p className="text-muted">Nothing is set: Dwolla works as it should.</p> : null}
          <ul>
            {set.map((each) => (
              <li key={each}>
                <StatusBadge tone="warning" label={each} />
              </li>
            ))}
          </ul>
          {ahead && <p className="text-muted">Dwolla’s clock is {ahead} ahead.</p>}
        </div>
        {set.length > 0 && <ClearButton />}
      </div>
      <ConditionsForm />
    </>
  );
}
