import type { ActionError } from "#platform/action.ts";
import { Notice } from "#ui/notice.tsx";

/** The desk itself could not act: why, and the id that finds it in the log. */
export function ActionErrorNotice({ title, error }: { title: string; error: ActionError }) {
  return (
    <Notice tone="error" title={title} isLive {...(error.requestId && { requestId: error.requestId })}>
      {error.message}
    </Notice>
  );
}
