import type { ReactNode } from "react";
import type { Label } from "#domain/plain-words.ts";
import { Facts } from "#ui/facts.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { Notice } from "#ui/notice.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { SubscriptionsAnswer, SubscriptionView } from "../data.ts";
import { loadSubscriptions } from "../loaders.ts";
import { CreateSubscriptionButton, SubscriptionButtons } from "./subscription-buttons.tsx";

/** What Dwolla knows about our subscription. Asks Dwolla, so it belongs into a Suspense. */
export async function SubscriptionPanel() {
  const { subscriptions, webhookUrl, mayOperate, now } = await loadSubscriptions();
  if (!subscriptions.isAnswered) return <NotAnswered answer={subscriptions} webhookUrl={webhookUrl} />;
  const { ours, others } = subscriptions;
  return (
    <>
      {ours.length === 0 && (
        <>
          <StateFacts state={MISSING} address={webhookUrl} />
          {mayOperate && <CreateSubscriptionButton />}
        </>
      )}
      {ours.length > 1 && <TwiceNotice count={ours.length} />}
      {ours.map((subscription) => (
        <div key={subscription.id}>
          <StateFacts
            state={subscription.isPaused ? PAUSED : LISTENING}
            address={subscription.address}
            made={<Made subscription={subscription} now={now} />}
          />
          {mayOperate && <SubscriptionButtons subscription={subscription} />}
        </div>
      ))}
      {others.length > 0 && <Facts items={[{ term: "Not ours", detail: <Others others={others} now={now} /> }]} />}
    </>
  );
}

type State = Label & { means: string };

const LISTENING: State = { tone: "proven", label: "Listening", means: "Dwolla sends every event here" };
const PAUSED: State = { tone: "warning", label: "Paused", means: "Dwolla sends nothing until it is resumed" };
const MISSING: State = { tone: "broken", label: "Missing", means: "Dwolla does not know this address" };
const UNKNOWN: State = { tone: "quiet", label: "Not known", means: "Dwolla is not answering" };

function StateFacts({
  state: { means, ...badge },
  address,
  made,
}: {
  state: State;
  address: string;
  made?: ReactNode;
}) {
  return (
    <Facts
      items={[
        {
          term: "State",
          detail: (
            <>
              <StatusBadge {...badge} /> <span className="text-muted">· {means}</span>
            </>
          ),
        },
        { term: "Address", detail: <MachineCode>{address}</MachineCode> },
        ...(made ? [{ term: "Created", detail: made }] : []),
      ]}
    />
  );
}

function Made({ subscription: { id, createdAt }, now }: { subscription: SubscriptionView; now: string }) {
  return (
    <>
      {createdAt && (
        <>
          <Time iso={createdAt} now={now} />
          {" · "}
        </>
      )}
      <ShortId value={id} label="subscription id" />
    </>
  );
}

type NoAnswer = Extract<SubscriptionsAnswer, { isAnswered: false }>;

function NotAnswered({ answer: { kind, status }, webhookUrl }: { answer: NoAnswer; webhookUrl: string }) {
  return (
    <>
      <StateFacts state={UNKNOWN} address={webhookUrl} />
      <p className="mt-1 mb-3 text-muted text-table">
        Everything else on this page is from our own data. <MachineCode>{`${status ?? ""} ${kind}`.trim()}</MachineCode>
      </p>
    </>
  );
}

function TwiceNotice({ count }: { count: number }) {
  return (
    <Notice tone="warning" title={`${count} subscriptions send to this desk`}>
      Each webhook comes {count} times. That has no second effect, but costs twice the work: delete all but one.
    </Notice>
  );
}

/** Only where they lead: the rest of an address can hold a secret. */
function Others({ others, now }: { others: SubscriptionView[]; now: string }) {
  return (
    <ul>
      {others.map(({ id, address, isPaused, createdAt }) => (
        <li key={id} className="flex flex-wrap items-baseline gap-x-3">
          <MachineCode>{address}</MachineCode>
          <span className="text-muted">
            {isPaused ? "paused" : "listening"}
            {createdAt && (
              <>
                {" · created "}
                <Time iso={createdAt} now={now} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
