import { MachineCode } from "#ui/machine-code.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import type { CredentialsCheck } from "../data.ts";

export function CredentialsAnswer({ check }: { check: CredentialsCheck }) {
  if (check.isAccepted) {
    return (
      <span className={LINE}>
        <StatusBadge tone="proven" label="Accepted" />
        {check.requestId && <ShortId value={check.requestId} label="request id" />}
      </span>
    );
  }
  const label = check.status === 401 || check.status === 403 ? "Refused" : "No answer";
  return (
    <span className={LINE}>
      <StatusBadge tone="broken" label={label} />
      <MachineCode>{check.status === null ? check.kind : `${check.status} ${check.kind}`}</MachineCode>
    </span>
  );
}

const LINE = "inline-flex flex-wrap items-center gap-x-3";
