/**
 * What each exchange partner lets us see and do. Known by name without case, because ids differ per environment.
 *
 * | partner          | a session gives | channels              | balance check | warns by webhook |
 * |------------------|-----------------|-----------------------|---------------|------------------|
 * | Plaid            | a Link token    | web, iPhone, Android  | yes           | yes              |
 * | MX               | an address      | web                   | yes           | no               |
 * | Finicity, Flinks | nothing         | none                  | no            | no               |
 * | any other        | either          | web                   | tried         | no               |
 *
 * Sources: Dwolla developer documentation, "Exchange sessions" and "Retrieve bank balance", read 2026-11-23.
 * Re-authentication through MX is not spelled out there: the answer may be a refusal, and is shown as one.
 */
export const CHANNELS = ["web", "ios", "android"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface PartnerCapability {
  handover: "token" | "address" | "either" | "none";
  channels: readonly Channel[];
  hasBalanceCheck: boolean;
  /** Whether customer_exchange_reauth_required comes before a break ("specific to Plaid", Dwolla changelog 2024-12-16). */
  warns: boolean;
}

const KNOWN: Record<string, PartnerCapability> = {
  plaid: { handover: "token", channels: ["web", "ios", "android"], hasBalanceCheck: true, warns: true },
  mx: { handover: "address", channels: ["web"], hasBalanceCheck: true, warns: false },
  finicity: { handover: "none", channels: [], hasBalanceCheck: false, warns: false },
  flinks: { handover: "none", channels: [], hasBalanceCheck: false, warns: false },
};

/** Of an unknown partner nothing is assumed: the plainest request is tried and any answer is accepted. */
const UNKNOWN_PARTNER: PartnerCapability = {
  handover: "either",
  channels: ["web"],
  hasBalanceCheck: true,
  warns: false,
};

export function partnerCapability(partnerName: string): PartnerCapability {
  const name = partnerName.toLowerCase();
  // A name such as "constructor" is found in every object.
  return (Object.hasOwn(KNOWN, name) && KNOWN[name]) || UNKNOWN_PARTNER;
}

/**
 * Whether a redirect address fits a channel. iPhone apps return through an https address, Android apps by package name;
 * Dwolla takes everything that does not start with http as a package name.
 */
export function isRedirectFor(channel: Channel, address: string): boolean {
  const isWebAddress = /^https?:\/\//i.test(address);
  if (channel === "web") return false;
  return channel === "ios" ? isWebAddress : !isWebAddress;
}
