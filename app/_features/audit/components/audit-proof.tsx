import type { ReactNode } from "react";
import { type Fact, Facts } from "#ui/facts.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { AuditOperationView } from "../mutations.ts";

type Sealed = NonNullable<AuditOperationView["sealed"]>;

/** What was sealed and signed of an event, and whether the row that is stored now still gives all of it. */
export function AuditProof({ sealed }: { sealed: Sealed }) {
  return <Facts items={[{ term: "Proof", detail: verdict(sealed) }, ...proofFacts(sealed), ...checks(sealed)]} />;
}

function verdict({ differing, givesLeaf, givesHash, givesRoot, givesFingerprint, signature }: Sealed): ReactNode {
  const answers = [differing.length === 0, givesLeaf, givesHash, givesRoot, givesFingerprint, signature?.ok ?? null];
  if (answers.includes(false)) return <StatusBadge tone="broken" label="Not valid" />;
  if (answers.includes(null)) return <StatusBadge tone="waiting" label="Sealed, not signed yet" />;
  return <StatusBadge tone="proven" label="Valid" />;
}

function proofFacts({ number, sealedAt, leaf, hash, checkpointSize, signature }: Sealed): Fact[] {
  const signed = signature?.ok ? signature : null;
  return [
    { term: "Number", detail: number.toLocaleString("en") },
    { term: "Sealed at", detail: <Time iso={sealedAt.toISOString()} form="exact" /> },
    { term: "Leaf", detail: <ShortId value={leaf.toString("hex")} label="leaf hash" /> },
    { term: "Running hash", detail: <ShortId value={hash.toString("hex")} label="running hash" /> },
    {
      term: "Checkpoint",
      detail: checkpointSize !== null && `of ${checkpointSize.toLocaleString("en")} events`,
    },
    { term: "Signed at", detail: signed && <Time iso={signed.signedAt} form="exact" /> },
    { term: "Key", detail: signed && <ShortId value={signed.keyId} label="key id" /> },
  ];
}

function checks(sealed: Sealed): Fact[] {
  const { differing, givesLeaf, givesHash, givesRoot, givesFingerprint, signature } = sealed;
  const columns = differing.length === 1 ? "Column" : "Columns";
  return [
    {
      term: "Text and time",
      detail: check(
        givesLeaf,
        "Give the sealed leaf",
        "Changed after it was sealed: the row does not give its leaf any more",
      ),
    },
    {
      term: "Columns beside it",
      detail: check(
        differing.length === 0,
        "Say what the text says",
        differing.includes("body")
          ? "The text is no event any more, so no column can be compared with it"
          : `${columns} changed, not what the text says: ${differing.join(", ")}`,
      ),
    },
    {
      term: "Row before it",
      detail: check(
        givesHash,
        "The running hash follows from it",
        "The running hash does not follow: this row or the one before it is another",
      ),
    },
    {
      term: "Place in the tree",
      detail: check(givesRoot, "Leads to the signed root", "Does not lead to the root that was signed"),
    },
    {
      term: "Fingerprint",
      detail: check(
        givesFingerprint,
        "The signed one",
        "Another one was signed for this number: the row was rewritten",
      ),
    },
    {
      term: "Signature",
      detail: check(
        signature?.ok ?? null,
        "Valid, by a key of this trail",
        signature?.ok === false ? signature.problem : "",
      ),
    },
  ];
}

/** Null waits for a checkpoint. What is wrong is told in full, on as many lines as it takes. */
function check(isRight: boolean | null, right: string, wrong: string): ReactNode {
  if (isRight === null) return <StatusBadge tone="waiting" label="Waits for the next checkpoint" />;
  if (isRight) return <StatusBadge tone="proven" label={right} />;
  return (
    <>
      <StatusBadge tone="broken" label="Not valid" />
      <span className="block">{wrong}.</span>
    </>
  );
}
