import { z } from "zod";
import { httpError, readAnswer } from "./answer.ts";
import { type Send, startTrace } from "./request.ts";
import { tokenRequest } from "./wire-request.ts";

const HAL = "application/vnd.dwolla.v1.hal+json";
const USER_AGENT = ["user-agent", "reconnect-desk"];
const RENEW_AFTER_SHARE = 0.8;
/** @see https://developers.dwolla.com/docs/auth (default life of an application token, read 2026-11) */
const DEFAULT_LIFE_SECONDS = 3_600;
const MAX_LIFE_SECONDS = 24 * 3_600;

/** The headers that every API call carries, ready to be sent. One array per token, so that identity tells tokens apart. */
export type Authorization = string[];

export type AccessToken = {
  /** Null when a new token has to be fetched. */
  cached(): Authorization | null;
  /** Joins the request that is under way, or starts one. A failure is thrown to all who wait and then forgotten. */
  fetch(): Promise<Authorization>;
  /** After a 401. Does nothing when the token has been replaced since. */
  forget(authorization: Authorization): void;
};

/** @see https://developers.dwolla.com/docs/api-reference/authorization/application-authorization */
export function createAccessToken({
  send,
  key,
  secret,
  clock,
  totalTimeoutMs,
}: {
  send: Send;
  key: string;
  secret: string;
  clock: () => Date;
  totalTimeoutMs: number;
}): AccessToken {
  const request = tokenRequest(["accept", "application/json", "content-type", "application/x-www-form-urlencoded"]);
  const basic = ["authorization", `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`, ...USER_AGENT];
  let current: { authorization: Authorization; renewAtMs: number } | null = null;
  let underWay: Promise<Authorization> | null = null;

  async function requestToken(): Promise<Authorization> {
    const askedAtMs = clock().getTime();
    const answer = await send(request, basic, performance.now() + totalTimeoutMs, startTrace());
    if (answer.status !== 200) throw httpError(request, answer);
    const { access_token, expires_in } = readAnswer(tokenAnswer, request, answer);
    const authorization = ["authorization", `Bearer ${access_token}`, "accept", HAL, ...USER_AGENT];
    current = { authorization, renewAtMs: askedAtMs + expires_in * 1000 * RENEW_AFTER_SHARE };
    return authorization;
  }

  return {
    cached: () => (current && clock().getTime() < current.renewAtMs ? current.authorization : null),
    fetch() {
      underWay ??= requestToken().finally(() => {
        underWay = null;
      });
      return underWay;
    },
    forget(authorization) {
      if (current?.authorization === authorization) current = null;
    },
  };
}

/** RFC 6750 section 2.1: the only characters that can stand in the header. */
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]{1,8192}=*$/;

/** A token without a usable life gets the documented one; one that is already over serves those who wait for it, and is not kept. */
const tokenAnswer = z.object({
  access_token: z.string().regex(BEARER_TOKEN),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .default("Bearer"),
  expires_in: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d{1,9}$/)
        .transform(Number),
    ])
    .transform((seconds) => Math.min(Math.max(seconds, 0), MAX_LIFE_SECONDS))
    .catch(DEFAULT_LIFE_SECONDS),
});
