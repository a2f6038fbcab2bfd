// The package carries no types; these are the parts that are used here.
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  interface Context {
    type: string;
    body: string;
    oidc: {
      provider: Provider;
      client: { clientId: string };
      account?: { accountId: string };
      result?: { login?: { accountId: string } };
    };
  }

  class Grant {
    constructor(of: { clientId: string; accountId: string });
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    readonly Grant: typeof Grant;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    /** Throws when the address or its cookie belongs to no sign-in that is under way. */
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ uid: string }>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: { login: { accountId: string; remember: boolean } },
    ): Promise<void>;
    on(event: "server_error", listener: (context: Context, error: Error) => void): void;
  }

  interface Prompt {
    checks: { add(check: Check): void };
  }

  class Check {
    constructor(reason: string, description: string, decide: (context: Context) => boolean);
    static readonly REQUEST_PROMPT: true;
    static readonly NO_NEED_TO_PROMPT: false;
  }

  export const interactionPolicy: {
    Check: typeof Check;
    base(): { get(name: "login" | "consent"): Prompt };
  };
}
