import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { auditSearchHref } from "#features/audit/schema.ts";
import { CustomerBody } from "#features/customers/components/customer-body.tsx";
import { linksSummary } from "#features/customers/components/links-summary.ts";
import { loadCustomer } from "#features/customers/loaders.ts";
import { callsHref } from "#features/dwolla-calls/schema.ts";
import { CustomerPersonalData } from "#features/personal-data/components/customer-personal-data.tsx";
import { ButtonLink } from "#ui/button.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Customer" };

export default permittedPage(async ({ params: { id = "" } }) => {
  const screen = await loadCustomer(id);
  if (!screen) notFound();
  const { id: customerId, name, exchanges, createdAt } = screen.customer;
  const trail = auditSearchHref(`customer:${customerId} created:>=${createdAt.slice(0, 10)}`);
  return (
    <>
      <PageHead
        title={<bdi>{name}</bdi>}
        summary={linksSummary(exchanges)}
        action={
          <>
            {screen.mayReadCalls && <ButtonLink href={callsHref({ q: customerId })}>API calls</ButtonLink>}
            {screen.mayReadTrail && <ButtonLink href={trail}>Audit trail</ButtonLink>}
          </>
        }
      />
      {screen.mayReveal && <CustomerPersonalData key={customerId} customerId={customerId} />}
      <CustomerBody screen={screen} />
    </>
  );
});
