import Link from "next/link";
import type { Delivery } from "#domain/event-delivery.ts";
import { DELIVERY_WORDS } from "#domain/plain-words.ts";
import { eventsHref } from "#features/dwolla-events/schema.ts";
import { Facts } from "#ui/facts.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { CatchUpScreen } from "../loaders.ts";
import { CATCH_UP_FAILURE_WORDS } from "./catch-up-words.ts";
import { StartCatchUpButton } from "./start-catch-up-button.tsx";

const MISSED: readonly Delivery[] = ["lost", "late", "duplicate"];

/** Reading what Dwolla lists, so that no lost webhook stays unnoticed. */
export function CatchUp({ screen }: { screen: CatchUpScreen }) {
  const { latest, lastFinishedAt, irrecoverableAfter, intervalMinutes, mayOperate, now } = screen;
  return (
    <>
      <SectionHead
        title="Catch-up"
        note="events read from Dwolla’s list"
        action={mayOperate && <StartCatchUpButton />}
      />
      <Facts
        items={[
          { term: "Now", detail: <Progress latest={latest} intervalMinutes={intervalMinutes} /> },
          { term: "Last finished", detail: lastFinishedAt && <Time iso={lastFinishedAt} now={now} form="both" /> },
          { term: "Webhooks missed", detail: <Missed screen={screen} /> },
          {
            term: "Safe until",
            detail: irrecoverableAfter && (
              <>
                <Time iso={irrecoverableAfter} form="exact" />
                <span className="text-muted"> · without a catch-up by then, events are gone: Dwolla keeps 30 days</span>
              </>
            ),
          },
        ]}
      />
    </>
  );
}

function Progress({ latest, intervalMinutes }: Pick<CatchUpScreen, "latest" | "intervalMinutes">) {
  const every = intervalMinutes === 1 ? "every minute" : `every ${intervalMinutes.toLocaleString("en")} minutes`;
  if (latest === null) return <>Has not run yet; it starts by itself, {every}</>;
  const read = `${latest.eventsRead.toLocaleString("en")} ${latest.eventsRead === 1 ? "event" : "events"} read`;
  if (latest.state === "running") return <StatusBadge tone="waiting" label={`Running: ${read} so far`} />;
  if (latest.state === "failed") {
    const why = CATCH_UP_FAILURE_WORDS[latest.failure ?? "unexpected"] ?? CATCH_UP_FAILURE_WORDS.unexpected;
    return (
      <>
        <StatusBadge tone="broken" label="The last one was given up" />
        <span className="text-muted">
          {" "}
          · {why}; tried again {every}
        </span>
      </>
    );
  }
  return (
    <>
      Runs {every}
      <span className="text-muted"> · {read} the last time</span>
    </>
  );
}

/** Each number opens its rows. */
function Missed({ screen: { deliveries } }: { screen: CatchUpScreen }) {
  return (
    <ul className="flex flex-wrap gap-x-4">
      {MISSED.map((delivery) => (
        <li key={delivery}>
          <Link href={eventsHref({ delivery })} prefetch={false} className="text-accent hover:underline">
            {(deliveries.get(delivery) ?? 0).toLocaleString("en")} {DELIVERY_WORDS[delivery].label.toLowerCase()}
          </Link>
        </li>
      ))}
    </ul>
  );
}
