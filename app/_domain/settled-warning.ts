import { partnerCapability } from "./partner-capability.ts";

/** A bank account that is not removed, and the exchange it is known to belong to. */
export interface OpenAccount {
  id: string;
  exchangeId: string | null;
}

/**
 * Whether the bank would have refused if access through the exchange had ended, and did not. A customer with several exchanges has
 * accounts of which nobody knows to which they belong, until Dwolla names one in a refusal. So when all of these were asked and not
 * one was refused, none of the exchanges is: enough to settle a warning, and not enough to call an exchange healthy that was
 * never warned of, because the accounts may all be another's.
 *
 * Only at partners that warn. What answers `unsupported` was typed in by hand or came through a partner without balance checks.
 *
 * @param answers what each account said in one reading, by its id.
 */
export function isRefusedNowhere(
  { id, partnerName }: { id: string; partnerName: string },
  accounts: readonly OpenAccount[],
  answers: ReadonlyMap<string, string>,
): boolean {
  if (!partnerCapability(partnerName).warns || accounts.some(({ exchangeId }) => exchangeId === id)) return false;
  const words = accounts.filter(({ exchangeId }) => exchangeId === null).map((account) => answers.get(account.id));
  return words.includes("answered") && words.every((word) => word === "answered" || word === "unsupported");
}
