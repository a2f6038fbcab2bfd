import { randomBytes, randomUUID } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { returnAddress } from "#domain/return-address.ts";

/** Headers, and the status of what is not there. Nothing here decides who may see what: the app is as closed without this file. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString("base64");
  const requestId = randomUUID();
  const policy = contentSecurityPolicy(nonce);

  // Next reads the nonce from the request's policy and puts it on its own scripts.
  const headers = new Headers(request.headers);
  headers.set("x-request-id", requestId);
  headers.set("content-security-policy", policy);
  // A page cannot tell its own address, and somebody who has to sign in first wants to come back to it.
  headers.set("x-asked-address", returnAddress(request.nextUrl.pathname + request.nextUrl.search));

  const { pathname } = request.nextUrl;
  const response = isAbsent(pathname)
    ? NextResponse.rewrite(new URL(UNKNOWN_ADDRESS, request.url), { request: { headers } })
    : NextResponse.next({ request: { headers } });
  response.headers.set("x-request-id", requestId);
  response.headers.set("content-security-policy", policy);
  return response;
}

const UNKNOWN_ADDRESS = "/no-such-page";

/**
 * What a production deployment does not have is answered as any unknown address is. Its pages find that out by themselves too, but
 * only after the answer has begun.
 */
function isAbsent(pathname: string): boolean {
  const { RECONNECT_ENVIRONMENT: environment, DWOLLA_CALL_LOG: callLog } = process.env;
  if (environment !== "production") return false;
  if (/^\/sandbox(\/|$)/.test(pathname)) return true;
  return /^\/calls(\/|$)/.test(pathname) && (!callLog || callLog === "off");
}

function contentSecurityPolicy(nonce: string): string {
  const development = process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

// A webhook is answered without a page or a word: three headers would cost as much as storing it.
export const config = { matcher: "/((?!_next/static|api/webhooks/).*)" };
