import { z } from "zod";
import { SCENARIO_NAME } from "#features/recordings/schema.ts";

const name = z.string().max(80).regex(SCENARIO_NAME);

export const playScenarioSchema = z.object({ name });

/** Which scenario is looked at: never throws, an odd value is as if it were absent. */
export const scenariosAddressSchema = z.object({ name: name.optional().catch(undefined) });
