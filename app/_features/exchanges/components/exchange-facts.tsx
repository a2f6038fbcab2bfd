import Link from "next/link";
import { repairCaseWords } from "#domain/plain-words.ts";
import { Facts } from "#ui/facts.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { ExchangeView } from "../data.ts";

export function ExchangeFacts({ exchange, now }: { exchange: ExchangeView; now: string }) {
  const { customer, cases } = exchange;
  const openCase = cases.find(({ closedAt }) => closedAt === null);
  return (
    <Facts
      items={[
        {
          term: "Customer",
          detail: (
            <Link
              href={`/customers/${customer.id}`}
              prefetch={false}
              className="line-clamp-2 w-fit text-accent underline-offset-2 hover:underline"
            >
              <bdi>{customer.name}</bdi>
            </Link>
          ),
        },
        { term: "E-mail", detail: customer.email },
        { term: "Customer type", detail: customer.type },
        { term: "Customer status", detail: customer.status },
        { term: "Customer id", detail: <ShortId value={customer.id} label="customer id" /> },
        { term: "Exchange id", detail: <ShortId value={exchange.id} label="exchange id" /> },
        { term: "Bank", detail: exchange.bank },
        { term: "Partner", detail: exchange.partner },
        { term: "Dwolla says", detail: exchange.status },
        { term: "Linked", detail: <Time iso={exchange.createdAt} now={now} form="both" /> },
        {
          term: "Repair case",
          detail: openCase && <StatusBadge {...repairCaseWords({ ...openCase, partner: exchange.partner })} />,
        },
      ]}
    />
  );
}
