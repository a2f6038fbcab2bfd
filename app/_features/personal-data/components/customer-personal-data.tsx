"use client";

import { Button } from "#ui/button.tsx";
import { Facts } from "#ui/facts.tsx";
import { Notice } from "#ui/notice.tsx";
import { PurposeDialog } from "#ui/purpose-dialog.tsx";
import { revealCustomerPersonalDataAction } from "../actions.ts";
import { PURPOSE_PRESETS, type RevealedCustomer } from "../schema.ts";
import { useReveal } from "./use-reveal.ts";

/** For people to whom names are masked: this one customer's, after a purpose, for as long as the view is open. */
export function CustomerPersonalData({ customerId }: { customerId: string }) {
  const { value, isOpen, open, close, hide, run, ...dialog } = useReveal<RevealedCustomer>();
  return (
    <>
      {value ? (
        <Notice
          tone="info"
          title="Shown for this view only"
          isLive
          action={
            <Button size="small" onClick={hide}>
              Hide
            </Button>
          }
        >
          <Facts items={factsOf(value)} />
        </Notice>
      ) : (
        <Notice
          tone="info"
          title="Name and e-mail are masked for your role"
          action={
            <Button size="small" onClick={open}>
              Reveal
            </Button>
          }
        >
          You can see this customer’s for a purpose, which goes on record.
        </Notice>
      )}
      {isOpen && (
        <PurposeDialog
          {...dialog}
          title="Reveal name and e-mail?"
          description="Of this one customer, for this view only."
          presets={PURPOSE_PRESETS}
          onSubmit={(purpose) => run(() => revealCustomerPersonalDataAction({ customerId, purpose }))}
          onClose={close}
        >
          That you looked, at whom and what for is on record before anything is shown. The name itself is not.
        </PurposeDialog>
      )}
    </>
  );
}

function factsOf({ name, email, businessName }: RevealedCustomer) {
  return [
    { term: "Name", detail: <bdi>{name}</bdi> },
    { term: "E-mail", detail: email },
    ...(businessName ? [{ term: "Business", detail: <bdi>{businessName}</bdi> }] : []),
  ];
}
