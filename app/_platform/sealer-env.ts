import { z } from "zod";
import { ENVIRONMENTS } from "#domain/permissions.ts";

/** What the sealer reads, and only the sealer: neither web nor worker gets its database login or its key. */
export const sealerEnvSchema = z
  .object({
    RECONNECT_ENVIRONMENT: z.enum(ENVIRONMENTS),
    SEALER_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    AUDIT_ORIGIN: z.string().regex(/^[^\s+]{1,200}$/),
    AUDIT_CHECKPOINT_DIRECTORY: z.string().min(1),
    AUDIT_SIGNING_KEY_FILE: z.string().min(1).default(".data/audit-signing-key.pem"),
    AUDIT_SIGNING_KEY: z.string().optional(),
    LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  })
  .superRefine(({ AUDIT_ORIGIN, RECONNECT_ENVIRONMENT, SEALER_DATABASE_URL }, context) => {
    const refuse = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message });
    if (!AUDIT_ORIGIN.endsWith(`/audit/${RECONNECT_ENVIRONMENT}`))
      refuse("AUDIT_ORIGIN", `must end with /audit/${RECONNECT_ENVIRONMENT}`);
    if (RECONNECT_ENVIRONMENT === "simulator") return;
    if (AUDIT_ORIGIN.startsWith("reconnect-desk.local/")) refuse("AUDIT_ORIGIN", "is the local one");
    const { username, password } = new URL(SEALER_DATABASE_URL);
    if (password === username || password === "postgres") refuse("SEALER_DATABASE_URL", "has the local password");
  });

export type SealerEnv = z.infer<typeof sealerEnvSchema>;
