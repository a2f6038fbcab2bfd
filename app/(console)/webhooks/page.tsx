import type { Metadata } from "next";
import { Suspense } from "react";
import { CatchUp } from "#features/catch-ups/components/catch-up.tsx";
import { loadCatchUp } from "#features/catch-ups/loaders.ts";
import { Events } from "#features/dwolla-events/components/events.tsx";
import { loadEvents } from "#features/dwolla-events/loaders.ts";
import { eventsFilter } from "#features/dwolla-events/schema.ts";
import { ReplayButton } from "#features/event-replays/components/replay-button.tsx";
import { loadMayReplay } from "#features/event-replays/loaders.ts";
import { ReceivingGuide } from "#features/test-webhooks/components/receiving-guide.tsx";
import { TestWebhookButton } from "#features/test-webhooks/components/test-webhook-button.tsx";
import { loadReceivingHelp } from "#features/test-webhooks/loaders.ts";
import { SubscriptionPanel } from "#features/webhook-subscriptions/components/subscription-panel.tsx";
import { SubscriptionSkeleton } from "#features/webhook-subscriptions/components/subscription-skeleton.tsx";
import { ReceivingFacts } from "#features/webhooks/components/receiving.tsx";
import { SilenceNotice } from "#features/webhooks/components/silence-notice.tsx";
import { loadReceiving } from "#features/webhooks/loaders.ts";
import { LiveRefresh } from "#ui/live-refresh.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { RefreshEvery } from "#ui/refresh-every.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { permittedPage } from "../permitted-page.tsx";

export const metadata: Metadata = { title: "Webhooks" };

/** Webhooks that change no bank link are announced to nobody: the few who look here ask for them. */
const REFRESH_MS = 15_000;

export default permittedPage(async ({ searchParams }) => {
  const events = await loadEvents(searchParams);
  const [receiving, catchUp, help, mayReplay] = await Promise.all([
    loadReceiving(),
    loadCatchUp(),
    loadReceivingHelp(),
    loadMayReplay(),
  ]);
  const { total } = events.page;
  return (
    <>
      <LiveRefresh href="/api/changes" />
      <RefreshEvery intervalMs={REFRESH_MS} />
      <PageHead
        title="Webhooks"
        summary="What Dwolla tells this desk, and whether anything it said was missed."
        action={help.maySendTest && <TestWebhookButton />}
      />
      <SilenceNotice receiving={receiving} />
      <div className="grid items-start gap-x-10 lg:grid-cols-2">
        <div>
          <SectionHead title="Subscription" />
          <Suspense fallback={<SubscriptionSkeleton />}>
            <SubscriptionPanel />
          </Suspense>
          <ReceivingFacts receiving={receiving} />
        </div>
        <div>
          <CatchUp screen={catchUp} />
          {help.mayOperate && <ReceivingGuide webhookUrl={help.webhookUrl} hasSecret={help.hasSecret} />}
        </div>
      </div>
      <SectionHead title="Events" note="newest first; a row opens the event" />
      <Events
        screen={events}
        action={
          mayReplay &&
          total > 0 && <ReplayButton what={{ filter: eventsFilter(events.address) }} label={replayLabel(total)} />
        }
      />
    </>
  );
});

function replayLabel(total: number): string {
  return total === 1 ? "Replay this one…" : `Replay these ${total.toLocaleString("en")}…`;
}
