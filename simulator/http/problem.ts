type EmbeddedError = { code: string; message: string; path: string };
export type ProblemBody = {
  code: string;
  message: string;
  _links?: object;
  _embedded?: { errors: (EmbeddedError & { _links: object })[] };
};

/** An answer other than 2xx, in Dwolla's form `{code, message[, _links][, _embedded]}`. */
export class Problem extends Error {
  readonly status: number;
  readonly body: ProblemBody;

  constructor(status: number, code: string, message: string, extra: Omit<ProblemBody, "code" | "message"> = {}) {
    super(message);
    this.status = status;
    this.body = { code, message, ...extra };
  }
}

export function validationProblem(...errors: [EmbeddedError, ...EmbeddedError[]]): Problem {
  return new Problem(
    400,
    "ValidationError",
    "Validation error(s) present. See embedded errors list for more details.",
    { _embedded: { errors: errors.map((error) => ({ ...error, _links: {} })) } },
  );
}

export function notFound(message = "The requested resource was not found.", code = "NotFound"): Problem {
  return new Problem(404, code, message);
}

export function conflict(message: string): Problem {
  return new Problem(409, "Conflict", message);
}
