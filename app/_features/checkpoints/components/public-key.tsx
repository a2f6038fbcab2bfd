import { ButtonLink } from "#ui/button.tsx";
import { CopyButton } from "#ui/copy-button.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import type { SigningKeyView } from "../data.ts";
import { PUBLIC_KEY_HREF } from "../schema.ts";

const VERIFY = "node audit-verify.mjs BUNDLE.zip --key audit.pub --since checkpoint_N.txt";

/** The key to check with, and how. */
export function PublicKey({ keys }: { keys: SigningKeyView[] }) {
  const newest = keys.at(-1);
  if (!newest) return null;
  return (
    <>
      <SectionHead
        title="Public key"
        note={`key id ${newest.keyId}`}
        action={
          <>
            <CopyButton value={newest.vkey} label="public key" look="button" />
            <ButtonLink href={PUBLIC_KEY_HREF} download>
              Download audit.pub
            </ButtonLink>
          </>
        }
      />
      <p className="rounded-md bg-sunken p-3 font-mono text-label wrap-anywhere">{newest.vkey}</p>
      <p className="mt-3 max-w-[75ch] text-pretty text-table">
        To check a bundle, keep <MachineCode>audit.pub</MachineCode> and a checkpoint's note where nobody who runs this
        desk can change them. A key from the bundle itself proves nothing. On any computer with Node 20.19 or newer,
        without a network, this says that everything is proven, or names the first rows that are not as they were
        sealed:
      </p>
      <p className="mt-2 flex flex-wrap items-center gap-2 text-table">
        <MachineCode>{VERIFY}</MachineCode>
        <CopyButton value={VERIFY} label="command" />
      </p>
    </>
  );
}
