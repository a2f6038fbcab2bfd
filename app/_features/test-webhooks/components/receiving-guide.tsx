import type { ReactNode } from "react";
import { MachineCode } from "#ui/machine-code.tsx";

type ReceivingGuideProps = { webhookUrl: string; hasSecret: boolean };

/** How webhooks of Dwolla's sandbox reach a desk on somebody's own machine. Closed until it is wanted. */
export function ReceivingGuide({ webhookUrl, hasSecret }: ReceivingGuideProps) {
  return (
    <details className="mt-4 border-line border-t pt-3 text-table" data-screen-only>
      <summary className="cursor-pointer font-medium">
        Receiving webhooks from Dwolla’s sandbox at a public address
      </summary>
      <ol className="mt-2 max-w-3xl list-decimal space-y-1.5 pl-5">
        <Step>
          Dwolla sends to public https addresses only. Open a tunnel from one to the web app, with any program that
          passes the body on untouched.
        </Step>
        <Step>
          Set <MachineCode>WEBHOOK_URL</MachineCode> to that address followed by{" "}
          <MachineCode>/api/webhooks/dwolla</MachineCode>. It is now <MachineCode>{webhookUrl}</MachineCode>.
        </Step>
        <Step>
          Set <MachineCode>DWOLLA_WEBHOOK_SECRETS</MachineCode> to a secret of your own, long and random.{" "}
          {hasSecret ? "One is set." : "None is set: every webhook is refused."} Start the web app anew.
        </Step>
        <Step>
          <MachineCode>npm run webhooks -- create</MachineCode> makes Dwolla send there; so does the button above.{" "}
          <MachineCode>npm run webhooks -- show</MachineCode> says what there is. The sandbox allows ten subscriptions:{" "}
          <MachineCode>npm run webhooks -- delete</MachineCode> those of tunnels that are gone.
        </Step>
        <Step>Cause an event: add or remove a bank account of a sandbox customer. It is here within seconds.</Step>
      </ol>
      <p className="mt-3 font-medium">When nothing arrives</p>
      <ul className="mt-1 max-w-3xl list-disc space-y-1.5 pl-5">
        <Step>
          “Refused in 24 hours” grows: it comes, but signed with another secret. Delete the subscription and create it
          anew, because Dwolla keeps the secret of its making.
        </Step>
        <Step>
          Nothing is refused either: the tunnel’s address has changed, or a page of the tunnel’s own answers instead.
        </Step>
        <Step>
          The subscription is paused: Dwolla does that after many failures. Resume it, then{" "}
          <MachineCode>npm run webhooks -- redeliver</MachineCode> asks for what was missed.
        </Step>
        <Step>“Read events now” reads what Dwolla lists: with it nothing is lost, only later.</Step>
      </ul>
    </details>
  );
}

function Step({ children }: { children: ReactNode }) {
  return <li>{children}</li>;
}
