import { Notice } from "#ui/notice.tsx";
import type { Said } from "./use-operate.ts";

/** Done is said in a line, for what came of it shows beside; what went wrong stands out. */
export function SaidLine({ said }: { said: Said | null }) {
  if (said === null || said.isDone) {
    return (
      <p role="status" className="mt-2 basis-full text-muted text-table empty:hidden">
        {said?.title}
      </p>
    );
  }
  return (
    <div className="mt-2 basis-full">
      <Notice tone="error" title={said.title} isLive {...(said.requestId && { requestId: said.requestId })}>
        {said.detail}
      </Notice>
    </div>
  );
}
