import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../clock.ts";

/** Dwolla, "Rate limits": a volume limit that was hit answers 429 for five minutes. */
const RATE_LIMIT_SECONDS = 300;

const afterEffect = z.boolean().default(false);

/** Those say where an answer ends: a wrong one would break the next answer on the same connection, too. */
const FRAMING = /^(content-length|transfer-encoding|connection|keep-alive|trailer|upgrade|te)$/i;
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^`|~\w-]+$/)
  .refine((name) => !FRAMING.test(name), "this header cannot be planned");
const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/);

const faultKind = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(200).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
    /** Sent as it is, in place of `code` and `message`: for an answer that no error is, such as 202 or an unknown partner. */
    body: z.record(z.string(), z.unknown()).optional(),
    headers: z.record(headerName, headerValue).default({}),
    afterEffect,
  }),
  z.strictObject({ kind: z.literal("delay"), ms: z.int().min(0).max(600_000), afterEffect }),
  z.strictObject({ kind: z.literal("hang"), afterEffect }),
  z.strictObject({ kind: z.literal("reset"), afterEffect }),
  z.strictObject({ kind: z.literal("rate-limit") }),
  z.strictObject({ kind: z.literal("truncate") }),
  z.strictObject({ kind: z.literal("not-json") }),
  z.strictObject({ kind: z.literal("foreign-location") }),
  z.strictObject({ kind: z.literal("no-location") }),
]);

export const faultRequest = z.strictObject({
  method: z.string().toUpperCase().optional(),
  path: z.string().startsWith("/"),
  times: z.int().min(1).max(1_000_000).optional(),
  fault: faultKind,
});

export type FaultKind = z.infer<typeof faultKind>;
export type FaultRequest = z.input<typeof faultRequest>;
export type PlannedFault = {
  id: string;
  method: string | undefined;
  path: string;
  fault: FaultKind;
  timesLeft: number;
  endsAt: number;
};

/** What goes wrong with the next calls, and for how long. The oldest fault that fits a call is used. */
export class Faults {
  readonly #clock: Clock;
  #planned: PlannedFault[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  plan({ method, path, times, fault }: z.infer<typeof faultRequest>): PlannedFault {
    const isTimed = fault.kind === "rate-limit" && times === undefined;
    const planned: PlannedFault = {
      id: randomUUID(),
      method,
      path,
      fault,
      timesLeft: isTimed ? Number.POSITIVE_INFINITY : (times ?? 1),
      endsAt: isTimed ? this.#clock.now() + RATE_LIMIT_SECONDS * 1000 : Number.POSITIVE_INFINITY,
    };
    this.#planned.push(planned);
    return planned;
  }

  take(method: string, path: string): FaultKind | undefined {
    const planned = this.list().find((each) => (each.method ?? method) === method && matches(each.path, path));
    if (planned === undefined) return undefined;
    planned.timesLeft -= 1;
    return planned.fault;
  }

  list(): PlannedFault[] {
    this.#planned = this.#planned.filter(({ timesLeft, endsAt }) => timesLeft > 0 && endsAt > this.#clock.now());
    return this.#planned;
  }

  clear(): void {
    this.#planned = [];
  }
}

/** A `*` in a pattern stands for one part of the path. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  return wanted.length === parts.length && wanted.every((part, index) => part === "*" || part === parts[index]);
}
