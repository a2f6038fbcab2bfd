import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { ShortId } from "#ui/short-id.tsx";
import type { CustomerExchangeView, FundingSourceView } from "../data.ts";

const COLUMNS: TableColumn[] = [
  { id: "name", header: "Account", width: "24%" },
  { id: "bank", header: "Bank", width: "20%" },
  { id: "status", header: "Status", width: "120px", narrow: "aside" },
  { id: "link", header: "Came through", narrow: "line-wide" },
  { id: "id", header: "Funding source id", width: "160px", isWideOnly: true, narrow: "hidden" },
];

const HOW_KNOWN = {
  about_link: "said by the bank’s refusal",
  only_exchange: "this customer’s only link",
};

type FundingSourcesProps = { sources: FundingSourceView[]; exchanges: CustomerExchangeView[] };

export function FundingSources({ sources, exchanges }: FundingSourcesProps) {
  return (
    <DataTable
      caption="Bank accounts of this customer"
      columns={COLUMNS}
      empty={<p className="text-muted text-table">The desk has seen no account of this customer.</p>}
      rows={sources.map((source) => ({
        id: source.id,
        cells: {
          name: <bdi>{source.name}</bdi>,
          bank: source.bankName && <bdi>{source.bankName}</bdi>,
          status: source.isRemoved ? "removed" : source.status,
          link: <Link source={source} exchanges={exchanges} />,
          id: <ShortId value={source.id} label="funding source id" />,
        },
      }))}
    />
  );
}

function Link({ source, exchanges }: { source: FundingSourceView; exchanges: CustomerExchangeView[] }) {
  if (source.type !== "bank") return <span className="text-muted">no bank: held at Dwolla</span>;
  if (source.exchangeId === null) return <span className="text-muted">not known</span>;
  const partner = exchanges.find(({ id }) => id === source.exchangeId)?.partner;
  return (
    <>
      {partner ?? "another link"}{" "}
      {source.exchangeLink && <span className="text-muted">{HOW_KNOWN[source.exchangeLink]}</span>}
    </>
  );
}
