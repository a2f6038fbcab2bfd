import type { ForbiddenError } from "#domain/errors.ts";
import type { Role } from "#domain/permissions.ts";
import { EmptyState } from "#ui/empty-state.tsx";
import { PageHead } from "#ui/page-head.tsx";

/** What a person sees on a page that is not theirs. The loader has put the refusal on record. */
export function Refused({ refusal }: { refusal: ForbiddenError }) {
  return (
    <>
      <PageHead title="Not for your role" summary={`You are signed in as ${refusal.role}.`} />
      <EmptyState title={`Your role (${refusal.role}) may not open this page`}>
        {whoMay(refusal.allowedRoles)} The attempt is on record. If you need it for your work, ask an admin.
      </EmptyState>
    </>
  );
}

function whoMay(roles: readonly Role[]): string {
  if (roles.length === 0) return "Nobody may in this environment.";
  return `Only ${new Intl.ListFormat("en", { type: "conjunction" }).format(roles)} may.`;
}
