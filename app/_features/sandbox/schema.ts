import { z } from "zod";

/** The ways in which the simulator breaks an exchange. */
export const BREAKS = ["UpdateCredentials", "deactivated", "removed"] as const;

export const breakExchangeSchema = z.object({
  exchangeId: z.uuid("An exchange id is a UUID, such as 036c8a60-fa45-45d4-8f5d-181d348c6ec8.").toLowerCase(),
  as: z.enum(BREAKS),
});

export const repairExchangeSchema = breakExchangeSchema.pick({ exchangeId: true });

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value);

/** The page's address: never throws, an odd value is as if it were absent. */
export const sandboxAddressSchema = z.object({
  exchange: z.preprocess(first, z.uuid().optional()).catch(undefined),
});
