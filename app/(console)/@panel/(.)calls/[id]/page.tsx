import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CallContent, CallSummary, callTitle } from "#features/dwolla-calls/components/call-content.tsx";
import { loadCall } from "#features/dwolla-calls/loaders.ts";
import { SidePanel } from "#ui/side-panel.tsx";
import { permittedPage } from "../../../permitted-page.tsx";

export const metadata: Metadata = { title: "Call" };

/** A call beside the list it was opened from. The same address opened directly is the full page. */
export default permittedPage(async ({ params: { id = "" } }) => {
  const screen = await loadCall(id);
  if (!screen) notFound();
  return (
    <SidePanel
      key={screen.call.id}
      title={callTitle(screen.call)}
      summary={<CallSummary screen={screen} />}
      fullPageHref={`/calls/${screen.call.id}`}
    >
      <CallContent screen={screen} />
    </SidePanel>
  );
});
