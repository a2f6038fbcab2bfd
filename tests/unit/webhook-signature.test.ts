import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Secret } from "#domain/secret.ts";
import { isSignedWith } from "#dwolla/webhook-signature.ts";

const SECRET = new Secret("the secret of this subscription, long enough");
const NEXT = new Secret("the one that comes after it in a rotation");
const BODY = Buffer.from(`{"topic":"customer_exchange_reauth_required","name":"Ana Ferré"}`);

// Made with OpenSSL: printf '%s' 'hello' | openssl dgst -sha256 -hmac 'key'
const KNOWN = "9307b3b915efb5171ff14d8cb55fbcc798c6c0ef1456d66ded1a6aa723a58b7b";

test("is what HMAC-SHA-256 says elsewhere, too", () => {
  expect(isSignedWith([new Secret("key")], Buffer.from("hello"), KNOWN)).toBe(true);
});

describe("a signature is good", () => {
  test("with the one secret, and with either of two, in any order", () => {
    expect(isSignedWith([SECRET], BODY, sign(SECRET))).toBe(true);
    expect(isSignedWith([SECRET, NEXT], BODY, sign(NEXT))).toBe(true);
    expect(isSignedWith([NEXT, SECRET], BODY, sign(NEXT))).toBe(true);
  });

  test("in capital letters", () => {
    expect(isSignedWith([SECRET], BODY, sign(SECRET).toUpperCase())).toBe(true);
  });

  test("over an empty body, and over bytes that are no text", () => {
    for (const body of [Buffer.of(), Buffer.from([0xff, 0x00, 0xfe])]) {
      expect(isSignedWith([SECRET], body, sign(SECRET, body))).toBe(true);
    }
  });
});

describe("a signature is refused", () => {
  test("of another secret, and where there is no secret", () => {
    expect(isSignedWith([NEXT], BODY, sign(SECRET))).toBe(false);
    expect(isSignedWith([], BODY, sign(SECRET))).toBe(false);
  });

  test("when any one byte of the body was altered, left out or added", () => {
    for (let at = 0; at < BODY.length; at += 1) {
      const altered = Buffer.from(BODY);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(isSignedWith([SECRET], altered, sign(SECRET))).toBe(false);
    }
    expect(isSignedWith([SECRET], BODY.subarray(1), sign(SECRET))).toBe(false);
    expect(isSignedWith([SECRET], BODY.subarray(0, -1), sign(SECRET))).toBe(false);
    expect(isSignedWith([SECRET], Buffer.concat([BODY, Buffer.from("\n")]), sign(SECRET))).toBe(false);
  });

  test("when any one of its own digits was altered", () => {
    const good = sign(SECRET);
    for (let at = 0; at < good.length; at += 1) {
      const altered = `${good.slice(0, at)}${good[at] === "0" ? "1" : "0"}${good.slice(at + 1)}`;
      expect(isSignedWith([SECRET], BODY, altered)).toBe(false);
    }
  });

  test.each([
    ["nothing", null],
    ["empty", ""],
    ["one digit short", sign(SECRET).slice(1)],
    ["one digit long", `${sign(SECRET)}0`],
    ["no hexadecimal", "g".repeat(64)],
    ["digits of another alphabet", "٠".repeat(64)],
    ["padded", ` ${sign(SECRET)}`],
    ["followed by a line", `${sign(SECRET)}\n`],
    ["prefixed", `sha256=${sign(SECRET)}`],
    ["twice", `${sign(SECRET)}, ${sign(SECRET)}`],
    ["the older SHA-1", createHmac("sha1", SECRET.reveal()).update(BODY).digest("hex")],
    ["base64", createHmac("sha256", SECRET.reveal()).update(BODY).digest("base64")],
  ])("that is %s", (_, signature) => {
    expect(isSignedWith([SECRET], BODY, signature)).toBe(false);
  });
});

function sign(secret: Secret, body: Buffer = BODY): string {
  return createHmac("sha256", secret.reveal()).update(body).digest("hex");
}
