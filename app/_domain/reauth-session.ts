import { type Channel, isRedirectFor, partnerCapability } from "./partner-capability.ts";

export type ReauthSessionState = "pending" | "created" | "failed" | "unknown";

/** What somebody asks for, beside what is allowed here. */
export interface ReauthRequest {
  partnerName: string;
  channel: Channel;
  /** Where an app takes the customer back to; null for the web. */
  redirectAddress: string | null;
  /** Those that are configured for the Dwolla account: Dwolla refuses all others. */
  allowedRedirects: readonly string[];
}

export type RequestRefusal = "partner_has_no_sessions" | "channel_not_offered" | "redirect_not_allowed";

/** Why this must not reach Dwolla, or null. A browser needs no redirect address, an app has to name one. */
export function refusalOfRequest(request: ReauthRequest): RequestRefusal | null {
  const { handover, channels } = partnerCapability(request.partnerName);
  if (handover === "none") return "partner_has_no_sessions";
  if (!channels.includes(request.channel)) return "channel_not_offered";
  return isRedirectAllowed(request) ? null : "redirect_not_allowed";
}

function isRedirectAllowed({ channel, redirectAddress, allowedRedirects }: ReauthRequest): boolean {
  if (redirectAddress === null) return channel === "web";
  return allowedRedirects.includes(redirectAddress) && isRedirectFor(channel, redirectAddress);
}
