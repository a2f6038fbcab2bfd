import type { DwollaClient } from "#dwolla/client.ts";
import { isDwollaError } from "#dwolla/errors.ts";

const PATIENCE_MS = 3_000;

export type CredentialsCheck =
  | { isAccepted: true; requestId: string | null }
  | { isAccepted: false; kind: string; status: number | null };

export async function getCredentialsCheck(dwolla: DwollaClient): Promise<CredentialsCheck> {
  try {
    const { requestId } = await dwolla.checkCredentials({ signal: AbortSignal.timeout(PATIENCE_MS) });
    return { isAccepted: true, requestId };
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    return { isAccepted: false, kind: error.kind, status: error.status };
  }
}
