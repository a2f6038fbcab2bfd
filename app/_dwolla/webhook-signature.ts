import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "#domain/secret.ts";

const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * Whether one of the secrets signed exactly these bytes: during a rotation there are two. Takes as long for a wrong signature as
 * for a right one.
 * @param signature of the header `X-Request-Signature-SHA-256`: HMAC-SHA-256 in hex over the body as it was sent.
 * @see https://developers.dwolla.com/docs/api-reference/webhooks/process-and-validate-webhooks
 */
export function isSignedWith(secrets: readonly Secret[], body: Uint8Array, signature: string | null): boolean {
  if (signature === null || !SHA256_HEX.test(signature)) return false;
  const given = Buffer.from(signature, "hex");
  const matches = secrets.map((secret) =>
    timingSafeEqual(given, createHmac("sha256", secret.reveal()).update(body).digest()),
  );
  return matches.includes(true);
}
