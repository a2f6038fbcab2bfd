import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type IdentityProvider, startIdentityProvider } from "../../simulator/identity-provider/identity-provider.ts";

const redirectUri = "http://localhost:3000/api/auth/callback/oidc";
const client = { clientId: "reconnect-desk", clientSecret: "local-oidc-client-secret", redirectUris: [redirectUri] };

let provider: IdentityProvider;

beforeAll(async () => {
  provider = await startIdentityProvider({ port: 0, ...client });
});

afterAll(() => provider.stop());

test("names the person in the id token after the code flow with PKCE", async () => {
  const browser = new Browser();
  const verifier = randomBytes(32).toString("base64url");
  const code = await signIn(browser, "Compliance@example.test ", verifier);

  const tokens = await exchangeCode(code, verifier);

  expect(claimsOf(tokens.id_token)).toMatchObject({
    iss: provider.issuer,
    aud: "reconnect-desk",
    sub: "compliance@example.test",
    email: "compliance@example.test",
    email_verified: true,
    name: "Compliance Example",
  });
});

test("lets a stranger of example.test sign in, because refusing is the desk's part", async () => {
  const verifier = randomBytes(32).toString("base64url");
  const tokens = await exchangeCode(await signIn(new Browser(), "stranger@example.test", verifier), verifier);

  expect(claimsOf(tokens.id_token)).toMatchObject({ email: "stranger@example.test", name: "Somebody Example" });
});

test("asks who it is again when the same browser comes a second time", async () => {
  const browser = new Browser();
  await signIn(browser, "agent@example.test", randomBytes(32).toString("base64url"));

  const page = await browser.visit(authorizationAddress(randomBytes(32).toString("base64url")));

  expect(page.status).toBe(200);
  expect(await page.text()).toContain("E-mail");
});

test("refuses an address that could belong to a real person", async () => {
  const browser = new Browser();
  const page = await browser.visit(authorizationAddress("v".repeat(43)));

  const answer = await browser.submit(page.url, { email: "somebody@elsewhere.test" });

  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain("Only addresses that end in @example.test");
});

test("refuses a code whose PKCE verifier is another one", async () => {
  const code = await signIn(new Browser(), "agent@example.test", "v".repeat(43));

  await expect(exchangeCode(code, "w".repeat(43))).resolves.toMatchObject({ error: "invalid_grant" });
});

test("refuses to send a code to an address that is not registered", async () => {
  const address = authorizationAddress("v".repeat(43), "http://localhost:9/elsewhere");

  const answer = await new Browser().visit(address);

  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("invalid_redirect_uri");
});

/** Keeps cookies and follows redirects until one leaves the provider. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async visit(address: string, init: RequestInit = {}): Promise<Response & { url: string }> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(address, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=");
      this.#cookies.set(name, value);
    }
    const next = response.headers.get("location");
    if (!next || next.startsWith(redirectUri)) return response;
    return this.visit(new URL(next, address).href);
  }

  submit(address: string, fields: Record<string, string>): Promise<Response> {
    return this.visit(address, { method: "POST", body: new URLSearchParams(fields) });
  }
}

function authorizationAddress(verifier: string, redirect = redirectUri): string {
  const address = new URL("/auth", provider.issuer);
  address.search = new URLSearchParams({
    client_id: client.clientId,
    response_type: "code",
    scope: "openid email profile",
    redirect_uri: redirect,
    state: "state",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  return address.href;
}

async function signIn(browser: Browser, email: string, verifier: string): Promise<string> {
  const loginPage = await browser.visit(authorizationAddress(verifier));
  const answer = await browser.submit(loginPage.url, { email });
  return new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
}

async function exchangeCode(code: string, verifier: string): Promise<{ id_token: string }> {
  const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64");
  const response = await fetch(new URL("/token", provider.issuer), {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      code_verifier: verifier,
      redirect_uri: redirectUri,
    }),
  });
  return response.json() as Promise<{ id_token: string }>;
}

function claimsOf(idToken: string): unknown {
  return JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString());
}
