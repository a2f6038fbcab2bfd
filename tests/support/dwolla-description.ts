import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** A schema of the description, as loose as JSON Schema is. */
// biome-ignore lint/suspicious/noExplicitAny: its form is what ajv checks
export type Schema = any;
export type DescribedError = {
  code?: string;
  message?: string;
  error?: string;
  detail?: { code: string; message: string };
};
type DescribedAnswer = { contentType?: string; schema?: Schema; errors?: DescribedError[]; hasLocation?: boolean };
export type Description = {
  operations: Record<string, Record<string, DescribedAnswer>>;
  components: { schemas: Record<string, Schema> };
};
/** Where the description is wrong, what is right, and how that is known. */
export type Correction = {
  operation: string;
  status: number;
  mend: (answer: DescribedAnswer) => DescribedAnswer;
  why: string;
};

/** What we use of Dwolla's published description, with corrections. See fixtures/derive-openapi.ts. */
export function readDescription(corrections: readonly Correction[] = []): Description {
  const url = new URL("../contract/fixtures/dwolla-openapi.json", import.meta.url);
  const description = JSON.parse(readFileSync(url, "utf8")) as Description;
  for (const { operation, status, mend } of corrections) {
    const answers = description.operations[operation];
    const answer = answers?.[status];
    if (answers === undefined || answer === undefined) throw new Error(`Nothing to correct at ${operation} ${status}.`);
    answers[status] = mend(answer);
  }
  return description;
}

type Answer = { status: number; headers: Headers; text: string; body: unknown };

/** Says all that is wrong with an answer to an operation; nothing when it is as described. */
export function answerChecker({ operations, components }: Description) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv, ["date-time", "uri", "int32"]);
  const compiled = new Map<string, ValidateFunction>();

  const problemsOfBody = (key: string, schema: Schema, body: unknown): string[] => {
    const validate = compiled.get(key) ?? ajv.compile({ ...schema, components });
    compiled.set(key, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
  };

  return (operation: string, { status, headers, text, body }: Answer): string[] => {
    const described = operations[operation]?.[status];
    if (described === undefined) return [`${status} is not described`];
    const { contentType, schema, errors, hasLocation } = described;
    const problems: string[] = [];
    if (hasLocation && !URL.canParse(headers.get("location") ?? "")) problems.push("has no address in Location");
    if (contentType === undefined) return text === "" ? problems : [...problems, "has a body"];
    if (headers.get("content-type")?.split(";")[0] !== contentType) problems.push(`is not ${contentType}`);
    if (errors && !errors.some((error) => isError(error, body)))
      problems.push(`is none of the described errors: ${text}`);
    return [...problems, ...problemsOfBody(`${operation} ${status}`, schema, body)];
  };
}

/** Dwolla's codes differ in case from page to page. */
export function isError({ code, message, error, detail }: DescribedError, body: Schema): boolean {
  const isSame = (a: string | undefined, b: unknown) =>
    a?.toLowerCase() === (typeof b === "string" ? b.toLowerCase() : b);
  const inner = body?._embedded?.errors?.[0];
  const isSameDetail = detail === undefined || (isSame(detail.code, inner?.code) && detail.message === inner?.message);
  return isSame(code, body?.code) && message === body?.message && isSame(error, body?.error) && isSameDetail;
}
