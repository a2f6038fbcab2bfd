import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Context } from "oidc-provider";
import { errorPage } from "./html.ts";
import { createMemoryStore } from "./memory-store.ts";
import { interactionPolicy } from "./oidc-library.ts";
import { findPerson } from "./people.ts";

const SCOPE = "openid email profile";
const MINUTE = 60;
const HOUR = 60 * MINUTE;

export interface ClientRegistration {
  clientId: string;
  clientSecret: string;
  redirectUris: readonly string[];
}

/** One confidential client, the authorization-code flow with PKCE and nothing else; every secret is made at start. */
export function providerConfiguration({ clientId, clientSecret, redirectUris }: ClientRegistration) {
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: redirectUris,
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    adapter: createMemoryStore(),
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    scopes: SCOPE.split(" "),
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    // The claims are in the id token too, so that a client needs no second call.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { url: (_: Context, { uid }: { uid: string }) => `/interaction/${uid}`, policy: alwaysAskWho() },
    findAccount,
    loadExistingGrant: grantWithoutAsking,
    renderError(context: Context, error: { error: string; error_description?: string }) {
      context.type = "html";
      context.body = errorPage(error.error, error.error_description ?? "");
    },
    ttl: {
      AccessToken: 10 * MINUTE,
      AuthorizationCode: MINUTE,
      IdToken: 10 * MINUTE,
      Interaction: HOUR,
      Session: HOUR,
      Grant: HOUR,
    },
  };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" };
}

/** No single sign-on: whoever changes from agent to compliance in one browser is asked each time. */
function alwaysAskWho() {
  const { Check, base } = interactionPolicy;
  const policy = base();
  const decide = ({ oidc }: Context) => (oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT);
  policy.get("login").checks.add(new Check("always_asked", "each sign-in asks who it is", decide));
  return policy;
}

async function findAccount(_: Context, email: string) {
  const person = findPerson(email);
  if (!person) return undefined;
  return { accountId: email, claims: async () => ({ sub: email, email_verified: true, ...person }) };
}

async function grantWithoutAsking({ oidc }: Context) {
  if (!oidc.account) return undefined;
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.account.accountId });
  grant.addOIDCScope(SCOPE);
  await grant.save();
  return grant;
}
