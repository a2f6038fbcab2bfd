import { Time } from "#ui/time.tsx";
import type { CoverageScreen } from "../loaders.ts";
import { percentWords } from "./percent-words.ts";

/** "1,204 of 2,510 bank links (47 %) were confirmed within 24 hours · counted just now" */
export function CoverageSummary({ screen: { coverage, now } }: { screen: CoverageScreen }) {
  const { links, day } = coverage.total;
  if (links === 0) return "No bank link is known yet";
  return (
    <>
      The health of {day.toLocaleString("en")} of {links.toLocaleString("en")} bank links ({percentWords(day, links)})
      was confirmed within 24 hours · counted <Time iso={coverage.at} now={now} />
    </>
  );
}
