import { Notice } from "#ui/notice.tsx";
import { Time } from "#ui/time.tsx";
import type { Sealing } from "../data.ts";
import { isSilent } from "../schema.ts";

/** Since when nothing is sealed, and what becomes of what is recorded until it is. */
export function SealerSilence({ sealer }: Pick<Sealing, "sealer">) {
  if (!sealer) return "No sealer has run yet; what is recorded meanwhile is kept, and sealed when one does.";
  return (
    <>
      The sealer has not been heard of since <Time iso={sealer.beatAt.toISOString()} form="exact" />; what is recorded
      meanwhile is kept, and sealed when it is back.
    </>
  );
}

/** For a page that is about what waits: nothing while a sealer gives signs of life. */
export function SilenceNotice({ sealer }: Pick<Sealing, "sealer">) {
  if (!isSilent(sealer)) return null;
  return (
    <Notice tone="warning" title="Nothing is being sealed">
      <SealerSilence sealer={sealer} />
    </Notice>
  );
}
