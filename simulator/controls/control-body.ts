import type { z } from "zod";
import { Problem } from "../http/problem.ts";

/** Names of unknown fields are repeated, and may be as long as a body. */
const MOST_CHARACTERS = 400;

/** The body of a control request in the wanted form, or a 400 that says what is wrong and where the forms are described. */
export function readControlBody<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  const said = problems.join("; ").slice(0, MOST_CHARACTERS);
  throw new Problem(400, "InvalidControl", `${said}. See GET /__simulator.`);
}
