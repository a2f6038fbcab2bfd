import { TabLinks } from "#ui/tab-links.tsx";
import { STANDING_PERIODS, type StandingPeriod, type StandingQuery, standingHref } from "../schema.ts";
import { PERIOD_WORDS } from "./standing-words.ts";

type StandingPeriodsProps = { query: StandingQuery | null; current: StandingPeriod };

export function StandingPeriods({ query, current }: StandingPeriodsProps) {
  const items = STANDING_PERIODS.map((period) => ({
    href: standingHref(query, period),
    label: PERIOD_WORDS[period],
    isCurrent: period === current,
  }));
  return <TabLinks label="Period" items={items} />;
}
