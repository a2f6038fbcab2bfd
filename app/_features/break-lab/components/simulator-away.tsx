import type { ReactNode } from "react";
import { Notice } from "#ui/notice.tsx";

/** The one thing that this page cannot do without. */
export function SimulatorAway({ address }: { address: ReactNode }) {
  return (
    <Notice tone="error" title="The simulator does not answer">
      Nothing can be broken or watched without it. It should be at {address}: start it with “npm run simulator”, or all
      of the desk with “npm run demo”. This page looks again by itself.
    </Notice>
  );
}
