"use client";

import { FrameBanner } from "#ui/frame-banner.tsx";
import { formatUtc, formatUtcClock } from "#ui/time-format.ts";
import { useReachability } from "./reachability-provider.tsx";

/** How old the data is and what can be done with it; nothing while Dwolla answers. */
export function DwollaBanner() {
  const { state, answeredAt, resumesAt, now } = useReachability();
  if (state === "answers") return null;
  if (state === "limited" && resumesAt) {
    return (
      <FrameBanner title="Dwolla asked us to slow down">
        Calls resume at <Clock iso={resumesAt} now={now} />. Reading is safe; creating sessions is off until then.
      </FrameBanner>
    );
  }
  return (
    <FrameBanner title="Dwolla is not answering">
      {answeredAt ? (
        <>
          You are looking at data from <Clock iso={answeredAt} now={now} />.
        </>
      ) : (
        "It has not answered yet."
      )}{" "}
      Reading is safe; creating sessions is off until it answers.
    </FrameBanner>
  );
}

function Clock({ iso, now }: { iso: string; now: string }) {
  return (
    <time dateTime={iso} title={formatUtc(iso)} className="whitespace-nowrap">
      {formatUtcClock(iso, now)}
    </time>
  );
}
