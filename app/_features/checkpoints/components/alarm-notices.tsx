import { Notice } from "#ui/notice.tsx";
import { formatUtc } from "#ui/time-format.ts";
import type { AlarmView } from "../data.ts";
import { stopsSealing } from "../schema.ts";

/** What the sealer found wrong with the trail, and what that stops. */
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
      {sentence} Found {formatUtc(raisedAt.toISOString())}.{" "}
      {stopsSealing(kind)
        ? "Nothing is sealed or signed until it is right again; what is recorded meanwhile is kept."
        : "The sealed text itself is unchanged, and sealing goes on."}
    </Notice>
  ));
}
