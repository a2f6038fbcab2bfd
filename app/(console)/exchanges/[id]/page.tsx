import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CheckExchange } from "#features/exchanges/components/check-exchange.tsx";
import { loadExchange } from "#features/exchanges/loaders.ts";
import { PageHead } from "#ui/page-head.tsx";
import { permittedPage } from "../../permitted-page.tsx";
import { ExchangeActions } from "./exchange-actions.tsx";
import { ExchangeContent, ExchangeSummary } from "./exchange-content.tsx";

export const metadata: Metadata = { title: "Bank link" };

export default permittedPage(async ({ params: { id = "" }, searchParams }) => {
  const screen = await loadExchange(id);
  if (!screen) notFound();
  return (
    <CheckExchange exchangeId={screen.exchange.id}>
      <PageHead
        title={<bdi>{screen.exchange.customer.name}</bdi>}
        summary={<ExchangeSummary screen={screen} />}
        action={<ExchangeActions screen={screen} startsOpen={"create" in searchParams} />}
      />
      <ExchangeContent screen={screen} />
    </CheckExchange>
  );
});
