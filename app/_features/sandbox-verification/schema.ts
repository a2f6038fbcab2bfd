import { z } from "zod";

export const VERDICTS = ["proven", "differs", "not_provable"] as const;
export type Verdict = (typeof VERDICTS)[number];

const words = z.string().max(500);
const id = z.string().regex(/^[a-z0-9.-]{1,80}$/);

/** What `npm run verify:sandbox` found: our own words, ids, statuses and names of fields; no value of an answer. */
export const verificationReportSchema = z.object({
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  target: z.object({ kind: z.enum(["simulator", "sandbox"]), host: z.string().max(100) }),
  customer: z.object({ id: z.uuid().nullable(), origin: z.enum(["made", "found again", "given", "none"]) }),
  steps: z
    .array(
      z.object({
        id,
        title: words,
        /** The calls of our client that the step makes. */
        calls: z.array(z.string().max(60)).max(10),
        verdict: z.enum(VERDICTS),
        /** The status and the vendor's code, such as "400 UpdateCredentials"; null where nothing was asked. */
        answer: z.string().max(80).nullable(),
        requestId: z.uuid().nullable(),
        /** Readable differences where it differs, the reason where it cannot be proven. */
        remarks: z.array(words).max(100),
      }),
    )
    .max(200),
  questions: z.array(z.object({ number: z.int(), question: words, isSettled: z.boolean(), answer: words })).max(50),
  cleaning: z.array(words).max(100),
});
export type VerificationReport = z.infer<typeof verificationReportSchema>;
export type VerificationStep = VerificationReport["steps"][number];

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value);

/** The page's address: never throws, an odd value is as if it were absent. */
export const verificationAddressSchema = z.object({
  verdict: z.preprocess(first, z.enum(VERDICTS).optional()).catch(undefined),
});
