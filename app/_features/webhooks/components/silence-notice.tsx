import { Notice } from "#ui/notice.tsx";
import { Time } from "#ui/time.tsx";
import { formatDuration } from "#ui/time-format.ts";
import type { Receiving } from "../loaders.ts";

/** Said when no webhook has come for longer than it should: nothing while they come. */
export function SilenceNotice({ receiving: { silence, silenceMinutes, now } }: { receiving: Receiving }) {
  if (!silence) return null;
  const { since, hasEverHeard, eventsMeanwhile } = silence;
  const lasted = formatDuration(Date.parse(now) - Date.parse(since));
  return (
    <Notice
      tone="warning"
      title={hasEverHeard ? `No webhook has come for ${lasted}` : `No webhook has ever come, in ${lasted}`}
    >
      {eventsMeanwhile > 0
        ? `Dwolla lists ${eventsMeanwhile === 1 ? "1 event" : `${eventsMeanwhile.toLocaleString("en")} events`} of this time, so webhooks are being lost. Catch-up has read them; look at the subscription.`
        : "Dwolla lists no event of this time either, so there may have been nothing to send."}{" "}
      Silent since <Time iso={since} form="exact" />; the desk warns after {formatDuration(silenceMinutes * 60_000)}.
    </Notice>
  );
}
