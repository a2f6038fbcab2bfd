import type { CustomerId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import type { Database, Transaction } from "#platform/database-client.ts";

/** An exchange as it is stored, with the bank accounts whose balance can say something about it. */
export interface ProbeSubject {
  id: ExchangeId;
  customerId: CustomerId;
  partnerName: string;
  candidates: ProbeCandidate[];
}

export interface ProbeCandidate {
  id: FundingSourceId;
  name: string;
  bankName: string | null;
}

/** Nobody waits for more: an exchange has one to three bank accounts. */
const MAX_BALANCES = 10;

/** The accounts that are known to be its own or, where none is, those of the customer that nobody knows better about. */
export async function findProbeSubject(
  db: Database | Transaction,
  exchangeId: ExchangeId,
): Promise<ProbeSubject | null> {
  const exchange = await db.exchange.findUnique({ where: { id: exchangeId }, include: { partner: true } });
  if (!exchange) return null;
  const customerId = exchange.customerId as CustomerId;
  const sources = await db.fundingSource.findMany({
    where: { customerId, type: "bank", isRemoved: false, OR: [{ exchangeId }, { exchangeId: null }] },
    select: { id: true, name: true, bankName: true, exchangeId: true },
    orderBy: { id: "asc" },
  });
  const own = sources.filter((source) => source.exchangeId === exchangeId);
  const candidates = (own.length > 0 ? own : sources)
    .slice(0, MAX_BALANCES)
    .map(({ id, name, bankName }) => ({ id: id as FundingSourceId, name, bankName }));
  return { id: exchangeId, customerId, partnerName: exchange.partner.name, candidates };
}
