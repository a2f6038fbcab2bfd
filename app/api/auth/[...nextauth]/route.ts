import NextAuth from "next-auth";
import { authOptions } from "#platform/auth.ts";

// Made per request and not at import, so that building the app needs no secrets.
function handler(request: Request, context: unknown) {
  return NextAuth(authOptions())(request, context);
}

export { handler as GET, handler as POST };
