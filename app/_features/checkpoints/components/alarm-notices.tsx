import { Notice } from "#ui/notice.tsx";
import { formatUtc } from "#ui/time-format.ts";
import type { AlarmView } from "../data.ts";

/** What the sealer found wrong with the trail. It signs nothing more until it finds it right again. */
export function AlarmNotices({ alarms }: { alarms: AlarmView[] }) {
  return alarms.map(({ kind, number, sentence, raisedAt }) => (
    <Notice
      key={`${kind} ${number} ${raisedAt.toISOString()}`}
      tone="error"
      title={
        kind === "loose_protection"
          ? "The audit trail is not protected as it must be"
          : "The audit trail is not as it was sealed"
      }
    >
      {sentence} Found {formatUtc(raisedAt.toISOString())}. Nothing is signed before this is explained.
    </Notice>
  ));
}
