import { startIdentityProvider } from "./identity-provider.ts";
import { PEOPLE } from "./people.ts";

const port = Number(process.env.IDENTITY_PROVIDER_PORT ?? 4020);
const webPort = Number(process.env.PORT ?? 3000);

try {
  const provider = await startIdentityProvider({
    port,
    clientId: process.env.OIDC_CLIENT_ID ?? "reconnect-desk",
    clientSecret: process.env.OIDC_CLIENT_SECRET ?? "local-oidc-client-secret",
    redirectUris: [`http://localhost:${webPort}/api/auth/callback/oidc`],
  });
  console.log(`Identity provider on ${provider.issuer} for http://localhost:${webPort}`);
  console.log(`Sign-ins: ${PEOPLE.map(({ email }) => email).join(" ")}`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, async () => {
      await provider.stop();
      process.exit(0);
    });
  }
} catch (error) {
  const isBusy = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  const busy = `port ${port} is in use; choose another with IDENTITY_PROVIDER_PORT.`;
  console.error("Identity provider:", isBusy ? busy : error);
  process.exitCode = 1;
}
