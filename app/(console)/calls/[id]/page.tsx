import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CallContent, CallSummary, callTitle } from "#features/dwolla-calls/components/call-content.tsx";
import { loadCall } from "#features/dwolla-calls/loaders.ts";
import { callsHref } from "#features/dwolla-calls/schema.ts";
import { ButtonLink } from "#ui/button.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Call" };

export default permittedPage(async ({ params: { id = "" } }) => {
  const screen = await loadCall(id);
  if (!screen) notFound();
  return (
    <div className="max-w-4xl">
      <PageHead
        title={callTitle(screen.call)}
        summary={<CallSummary screen={screen} />}
        action={<ButtonLink href={callsHref({})}>All calls</ButtonLink>}
      />
      <CallContent screen={screen} />
    </div>
  );
});
