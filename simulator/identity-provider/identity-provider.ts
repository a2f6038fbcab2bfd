import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Provider as OidcProvider } from "oidc-provider";
import { type ClientRegistration, providerConfiguration } from "./configuration.ts";
import { errorPage, loginPage } from "./html.ts";
import { Provider } from "./oidc-library.ts";
import { findPerson } from "./people.ts";

const LONGEST_FORM_BYTES = 4096;

export interface IdentityProviderOptions extends ClientRegistration {
  /** 0 takes any free port. */
  port: number;
}

export interface IdentityProvider {
  issuer: string;
  stop(): Promise<void>;
}

/**
 * An OpenID provider for demos and tests, on loopback only: the real authorization-code flow with PKCE, and a login
 * page that believes everybody.
 */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const server = createServer().listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, providerConfiguration(options));
  provider.on("server_error", (_, error) => console.error("Identity provider:", error));
  const answer = provider.callback();
  server.on("request", (request, response) => {
    const isLogin = request.url?.startsWith("/interaction/") ?? false;
    void (isLogin ? answerLogin(provider, request, response) : answer(request, response));
  });
  return { issuer, stop: () => closeServer(server) };
}

async function answerLogin(provider: OidcProvider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await provider.interactionDetails(request, response);
    if (request.method !== "POST") return sendPage(response, 200, loginPage());
    const email = (await readForm(request)).get("email") ?? "";
    const person = findPerson(email);
    if (!person) return sendPage(response, 422, loginPage({ refused: email }));
    await provider.interactionFinished(request, response, { login: { accountId: person.email, remember: false } });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    sendPage(response, 400, errorPage(reason, "This sign-in has ended or belongs to another browser."));
  }
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > LONGEST_FORM_BYTES) throw new Error("form too long");
  }
  return new URLSearchParams(text);
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
  });
  response.end(html);
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
