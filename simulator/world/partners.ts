import { worldId } from "./world-id.ts";

export const PARTNER_NAMES = ["MX", "Plaid", "Finicity", "Flinks"] as const;
export type PartnerName = (typeof PARTNER_NAMES)[number];

export type Partner = {
  id: string;
  name: PartnerName;
  created: string;
  /** What an exchange session of this partner gives: a Plaid Link token, an MX address, or nothing at all. */
  session: "token" | "address" | "none";
  allowsBalanceChecks: boolean;
};

const PARTNERS: readonly [Omit<Partner, "id">, ...Omit<Partner, "id">[]] = [
  { name: "Finicity", created: "2021-06-14T15:02:11.318Z", session: "none", allowsBalanceChecks: false },
  { name: "Flinks", created: "2022-02-03T18:40:27.905Z", session: "none", allowsBalanceChecks: false },
  { name: "MX", created: "2022-08-30T19:31:59.106Z", session: "address", allowsBalanceChecks: true },
  { name: "Plaid", created: "2023-01-19T21:00:42.770Z", session: "token", allowsBalanceChecks: true },
];

/** Oldest first, as Dwolla lists them. The ids differ per seed, as they differ per Dwolla environment: look them up by name. */
export function createPartners(seed: number): ReadonlyMap<PartnerName, Partner> {
  return new Map(
    PARTNERS.map((partner, index) => [
      partner.name,
      { ...partner, id: worldId(seed, { kind: "exchange-partner", index, slot: 0 }) },
    ]),
  );
}
