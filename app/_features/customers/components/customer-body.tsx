import { Facts } from "#ui/facts.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { Time } from "#ui/time.tsx";
import type { CustomerScreen } from "../loaders.ts";
import { CustomerCases } from "./customer-cases.tsx";
import { CustomerExchanges } from "./customer-exchanges.tsx";
import { FundingSources } from "./funding-sources.tsx";
import { UnplacedAnswers } from "./unplaced-answers.tsx";

/** What the desk knows of one customer. */
export function CustomerBody({ screen: { customer, unplacedAnswers, now } }: { screen: CustomerScreen }) {
  return (
    <>
      <div className="max-w-2xl">
        <Facts
          items={[
            { term: "Customer id", detail: <ShortId value={customer.id} label="customer id" /> },
            { term: "E-mail", detail: customer.email },
            ...(customer.businessName ? [{ term: "Business", detail: <bdi>{customer.businessName}</bdi> }] : []),
            { term: "Type", detail: customer.type },
            { term: "Status at Dwolla", detail: customer.status },
            { term: "Customer since", detail: <Time iso={customer.createdAt} now={now} form="both" /> },
          ]}
        />
      </div>
      <SectionHead title="Bank links" note={countWords(customer.exchanges.length)} />
      <CustomerExchanges exchanges={customer.exchanges} now={now} />
      <SectionHead title="Repair cases" note={countWords(customer.cases.length)} />
      <CustomerCases cases={customer.cases} exchanges={customer.exchanges} now={now} />
      <SectionHead title="Bank accounts" note="Dwolla does not say through which link an account came" />
      <FundingSources sources={customer.fundingSources} exchanges={customer.exchanges} />
      {unplacedAnswers.length > 0 && (
        <>
          <SectionHead title="Answers of unknown links" note="about the customer; they decide no verdict" />
          <UnplacedAnswers answers={unplacedAnswers} now={now} />
        </>
      )}
    </>
  );
}

function countWords(count: number): string {
  return count === 0 ? "none" : String(count);
}
