import { Notice } from "#ui/notice.tsx";
import type { ReviewProblem as Problem } from "./use-review-press.ts";

export function ReviewProblem({ problem }: { problem: Problem | null }) {
  if (!problem) return null;
  return (
    <Notice tone="error" title={problem.message} isLive {...(problem.requestId && { requestId: problem.requestId })} />
  );
}
