import { Time } from "#ui/time.tsx";
import type { CoveredLinksScreen } from "../loaders.ts";
import { CONFIRMATION_WORDS } from "./confirmation-words.ts";

/** "312 Plaid links were last confirmed more than 7 days ago · counted at 23 Nov 2026, 01:12:19 UTC" */
export function CoveredLinksSummary({ screen: { address, links, at } }: { screen: CoveredLinksScreen }) {
  const { partner, confirmed } = address;
  const noun = links.total === 1 ? "link" : "links";
  return (
    <>
      {links.total.toLocaleString("en")} {partner === undefined ? "bank" : <bdi>{partner}</bdi>} {noun}
      {confirmed && ` ${CONFIRMATION_WORDS[confirmed].were}`}
      {" · counted at "}
      <Time iso={at} form="exact" />
    </>
  );
}
