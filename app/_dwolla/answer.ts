import { z } from "zod";
import type { AnswerHeaders } from "./attempt.ts";
import { effectOfAnswer } from "./effect.ts";
import { DwollaHttpError, DwollaResponseShapeError, type FieldError } from "./errors.ts";
import { isObject } from "./tolerant-fields.ts";
import type { WireRequest } from "./wire-request.ts";

/** A whole answer, of any status. */
export type Answer = {
  status: number;
  /** A header that came twice is an array, which no reader here accepts. */
  headers: AnswerHeaders;
  requestId: string | null;
  /** In the pieces in which it came: text that outlives a few turns of the event loop is dear to collect, so it is made when it is read. */
  body: readonly Buffer[];
  /** As JSON, from the first time that somebody read it; `json` is undefined where it is none. */
  parsed?: { json: unknown };
};

const JSON_MEDIA_TYPE = /^application\/(?:json|hal\+json|vnd\.dwolla\.v1\.hal\+json)\s*(?:;|$)/i;

/** The body in our schema. @throws DwollaResponseShapeError when it is compressed, not JSON by type or content, or does not fit. */
export function readAnswer<Shape>(schema: z.ZodType<Shape>, request: WireRequest, answer: Answer): Shape {
  const contentType = answer.headers["content-type"];
  if (typeof contentType !== "string" || !JSON_MEDIA_TYPE.test(contentType)) {
    throw shapeError(request, answer, "its content type is not JSON");
  }
  const encoding = answer.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw shapeError(request, answer, "it is compressed, which was not asked for");
  }
  const json = parsedBody(answer);
  if (json === undefined) throw shapeError(request, answer, "its body is not JSON");
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw shapeError(request, answer, `${issue?.path.join(".") || "body"}: ${issue?.code}`);
}

/** @param problem in our own words: nothing of the answer may be quoted. */
export function shapeError(request: WireRequest, answer: Answer, problem: string): DwollaResponseShapeError {
  return new DwollaResponseShapeError({ request, effect: effectOfAnswer(request, answer.status), ...answer }, problem);
}

export function httpError(request: WireRequest, answer: Answer, resumesAt: Date | null = null): DwollaHttpError {
  return new DwollaHttpError(
    { request, effect: effectOfAnswer(request, answer.status), ...answer },
    readVendorError(answer),
    resumesAt,
  );
}

/** What Dwolla says about a refusal. `message` is for telling cases apart, never for showing or logging. */
export type VendorError = {
  code: string | null;
  message: string;
  fieldErrors: readonly FieldError[];
  /** Unchecked address of what `UpdateCredentials` is about. */
  aboutHref: unknown;
};

/** Never throws: an error page in HTML is an error without a code. The content type of errors is not documented throughout. */
export function readVendorError(answer: Answer): VendorError {
  const { code, error, message, _embedded, _links } = vendorError.parse(parsedBody(answer));
  const fieldErrors = readFieldErrors(_embedded);
  const [path] = LEADING_POINTER.exec(message) ?? [];
  if (fieldErrors.length === 0 && path !== undefined) fieldErrors.push({ path, code: "Invalid" });
  return { code: code ?? error, message, fieldErrors, aboutHref: _links.about?.href };
}

/** Dwolla's codes are documented in differing case (`Forbidden`, `forbidden`). */
export function isCode(code: string | null, expected: string): boolean {
  return code?.toLowerCase() === expected.toLowerCase();
}

/** The documentation nests `_embedded.errors[]`; the specification also has one error as an object, with and without `errors`. */
function readFieldErrors(embedded: unknown): FieldError[] {
  const errors = isObject(embedded) && "errors" in embedded ? embedded.errors : embedded;
  const candidates: unknown[] = Array.isArray(errors) ? errors.slice(0, MAX_FIELD_ERRORS) : [errors];
  return candidates.filter(isObject).map((candidate) => fieldError.parse(candidate));
}

const MAX_FIELD_ERRORS = 20;
/** The flat form of a validation error: `/_links/redirect-url/href is invalid`. */
const LEADING_POINTER = /^(?:\/[A-Za-z_][\w-]{0,40}){1,6}(?= is invalid$)/;

// Both go into messages and logs, so only what can be a word of Dwolla's passes: no digits, nothing long enough for a token.
const safeCode = z
  .string()
  .regex(/^[A-Za-z_ ]{1,40}$/)
  .nullable()
  .catch(null);
const safePointer = z
  .string()
  .regex(/^(?:\/[A-Za-z_][\w-]{0,40}){1,6}$/)
  .nullable()
  .catch(null);

const fieldError = z.object({ path: safePointer, code: safeCode });

const vendorError = z
  .object({
    code: safeCode,
    /** The token endpoint answers in OAuth's shape. */
    error: safeCode,
    message: z.string().catch(""),
    _embedded: z.unknown().optional(),
    _links: z.object({ about: z.object({ href: z.unknown() }).optional().catch(undefined) }).catch({}),
  })
  .catch({ code: null, error: null, message: "", _embedded: undefined, _links: {} });

/** Undefined where the body is not JSON. Parsed once, however many want to read it. */
export function parsedBody(answer: Answer): unknown {
  answer.parsed ??= { json: parseJson(answer.body) };
  return answer.parsed.json;
}

function parseJson(body: readonly Buffer[]): unknown {
  const [first] = body;
  const text = (body.length === 1 && first ? first : Buffer.concat(body)).toString("utf8");
  try {
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch {
    // The parser's message quotes the text; the caller says what matters.
    return undefined;
  }
}

const BYTE_ORDER_MARK = 0xfeff;
