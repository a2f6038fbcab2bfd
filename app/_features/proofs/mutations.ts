import type { ExchangeId } from "#domain/ids.ts";
import type { Transaction } from "#platform/database-client.ts";
import type { ProofTrigger } from "#platform/prisma-client/client.ts";

/** Begins to probe an exchange, in the transaction of what gives reason to; a proof that runs already begins anew. */
export async function startProof(
  _tx: Transaction,
  _input: { exchangeId: ExchangeId; trigger: ProofTrigger; now: Date },
): Promise<void> {}

/** Ends the proofs of cases that were closed just now: nothing is left to find out. */
export async function endProofs(
  _tx: Transaction,
  _input: { repairCaseIds: readonly string[]; as: "proven" | "given_up"; now: Date },
): Promise<void> {}
