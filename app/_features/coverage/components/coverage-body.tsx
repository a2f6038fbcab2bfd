import { partnerSightWords } from "#domain/plain-words.ts";
import { EmptyState } from "#ui/empty-state.tsx";
import { Facts } from "#ui/facts.tsx";
import { LiveRefresh } from "#ui/live-refresh.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import type { CoverageScreen } from "../loaders.ts";
import { CoverageTable } from "./coverage-table.tsx";
import { DetectionFacts } from "./detection-facts.tsx";

/** How much of the truth the desk knows: how fresh, by which ways, and what it cannot see at all. */
export function CoverageBody({ screen }: { screen: CoverageScreen }) {
  const { coverage, now } = screen;
  return (
    <>
      <LiveRefresh href="/api/changes" />
      <div className="mb-4 max-w-5xl">
        <DetectionFacts screen={screen} />
      </div>
      <CoverageTable coverage={coverage} now={now} empty={<NoLinks />} />
      {coverage.partners.length > 0 && (
        <>
          <SectionHead title="What can be seen" note="by partner, however often the desk looks" />
          <div className="max-w-4xl">
            <Facts
              items={coverage.partners.map(({ partner }) => ({ term: partner, detail: partnerSightWords(partner) }))}
            />
            <p className="mt-3 text-muted text-pretty text-table">
              Where a customer has several links, an account that answers proves none of them until Dwolla has named its
              own: those links stay at Never, however full the sweep.
            </p>
          </div>
        </>
      )}
    </>
  );
}

function NoLinks() {
  return (
    <EmptyState title="No bank link is known yet">
      They show here as a sweep of bank links finds them. Listing customers alone finds none.
    </EmptyState>
  );
}
