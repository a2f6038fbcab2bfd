import type { z } from "zod";
import { Problem } from "../http/problem.ts";

/** The body of a control request in the wanted form, or a 400 that says what is wrong and where the forms are described. */
export function readControlBody<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  throw new Problem(400, "InvalidControl", `${problems.join("; ")}. See GET /__simulator.`);
}
