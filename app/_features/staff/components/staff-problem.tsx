import { Notice } from "#ui/notice.tsx";
import type { StaffChangeProblem } from "./use-staff-change.ts";

export function StaffProblem({ problem }: { problem: StaffChangeProblem | null }) {
  if (!problem) return null;
  return (
    <Notice tone="error" title={problem.message} isLive {...(problem.requestId && { requestId: problem.requestId })} />
  );
}
