import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CheckExchange } from "#features/exchanges/components/check-exchange.tsx";
import { loadExchange } from "#features/exchanges/loaders.ts";
import { SidePanel } from "#ui/side-panel.tsx";
import { ExchangeActions } from "../../../exchanges/[id]/exchange-actions.tsx";
import { ExchangeContent, ExchangeSummary } from "../../../exchanges/[id]/exchange-content.tsx";
import { permittedPage } from "../../../permitted-page.tsx";

export const metadata: Metadata = { title: "Bank link" };

/** An exchange beside the list it was opened from. The same address opened directly is the full page. */
export default permittedPage(async ({ params: { id = "" }, searchParams }) => {
  const screen = await loadExchange(id);
  if (!screen) notFound();
  const { exchange } = screen;
  return (
    <SidePanel
      key={exchange.id}
      title={exchange.customer.name}
      summary={<ExchangeSummary screen={screen} />}
      fullPageHref={`/exchanges/${exchange.id}`}
    >
      <CheckExchange exchangeId={exchange.id}>
        <div className="mb-4">
          <ExchangeActions screen={screen} startsOpen={"create" in searchParams} />
        </div>
        <ExchangeContent screen={screen} />
      </CheckExchange>
    </SidePanel>
  );
});
