import { Notice } from "#ui/notice.tsx";
import type { PurgeProblem } from "./use-purge-act.ts";

export function PurgeProblemNotice({ problem }: { problem: PurgeProblem | null }) {
  if (!problem) return null;
  const { message, requestId } = problem;
  return <Notice tone="error" title={message} isLive {...(requestId && { requestId })} />;
}
