import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { EventScreen } from "#features/dwolla-events/components/event-screen.tsx";
import { loadEvent } from "#features/dwolla-events/loaders.ts";
import { EventReplays } from "#features/event-replays/components/event-replays.tsx";
import { ReplayButton } from "#features/event-replays/components/replay-button.tsx";
import { loadEventReplays } from "#features/event-replays/loaders.ts";
import { LiveRefresh } from "#ui/live-refresh.tsx";
import { RefreshEvery } from "#ui/refresh-every.tsx";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Event" };

/** Processing announces only what changes a bank link: while an event waits, the page asks by itself. */
const WAITING_REFRESH_MS = 3_000;

export default permittedPage(async ({ params: { eventId = "" } }) => {
  const screen = await loadEvent(eventId);
  if (!screen) notFound();
  const replays = await loadEventReplays(eventId);
  return (
    <>
      <LiveRefresh href="/api/changes" />
      {screen.event.effect === null && <RefreshEvery intervalMs={WAITING_REFRESH_MS} />}
      <EventScreen
        screen={screen}
        action={replays.mayReplay && <ReplayButton what={{ eventIds: [eventId] }} label="Replay…" />}
        replays={<EventReplays screen={replays} />}
      />
    </>
  );
});
