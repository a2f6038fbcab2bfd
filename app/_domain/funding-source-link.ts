import { allowsBalanceCheck } from "./exchange-health.ts";

export interface LinkableSource {
  type: string;
  isRemoved: boolean;
  createdAt: Date | null;
}

export interface LinkableExchange<Id> {
  id: Id;
  status: string;
  partnerName: string;
  createdAt: Date | null;
}

/**
 * The exchange that a funding source plainly came through, where Dwolla did not name it: the customer has one live exchange,
 * the bank account is not older than it, and it answered a balance check, which an account typed in by hand never does.
 * Where the partner allows no balance check, nothing more can be known. Null wherever it would be a guess.
 *
 * @param balanceAnswer the answer of this reading, null when none was asked for.
 */
export function plainExchange<Id>(
  source: LinkableSource,
  exchanges: readonly LinkableExchange<Id>[],
  balanceAnswer: string | null,
): Id | null {
  const [only, ...others] = exchanges.filter(({ status }) => status !== "removed");
  if (!only || others.length > 0) return null;
  if (source.type !== "bank" || source.isRemoved || isOlder(source, only)) return null;
  const isConnected = balanceAnswer === "answered" || balanceAnswer === "update_credentials";
  return isConnected || !allowsBalanceCheck(only.status, only.partnerName) ? only.id : null;
}

function isOlder(source: LinkableSource, exchange: { createdAt: Date | null }): boolean {
  return source.createdAt !== null && exchange.createdAt !== null && source.createdAt < exchange.createdAt;
}
