import { describe, expect, it } from "vitest";
import { parseBaseAddress } from "#dwolla/base-address.ts";

const ID = "e0000000-0000-4000-8000-000000000001";
const dwolla = parseBaseAddress("https://api.dwolla.com");

describe("base address", () => {
  it.each([
    "https://api.dwolla.com",
    "https://api.dwolla.com/",
    "http://127.0.0.1:4010",
    "http://localhost:4010",
    "http://[::1]:1",
  ])("accepts %s", (baseUrl) => {
    expect(parseBaseAddress(baseUrl).origin).toBe(new URL(baseUrl).origin);
  });

  it.each([
    "",
    "api.dwolla.com",
    "http://api.dwolla.com",
    "http://169.254.169.254",
    "ftp://api.dwolla.com",
    "file:///etc/passwd",
    "https://user:pass@api.dwolla.com",
    "https://api.dwolla.com/v1",
    "https://api.dwolla.com/?a=1",
    "https://api.dwolla.com/#a",
  ])("refuses %j before any secret is sent there", (baseUrl) => {
    expect(() => parseBaseAddress(baseUrl)).toThrow(TypeError);
  });
});

describe("ids in addresses from Dwolla", () => {
  it("reads the id out of each known address of our host", () => {
    expect(dwolla.customerIdIn(`https://api.dwolla.com/customers/${ID}`)).toBe(ID);
    expect(dwolla.exchangePartnerIdIn(`https://api.dwolla.com/exchange-partners/${ID}`)).toBe(ID);
    expect(dwolla.sessionIdIn(`https://api.dwolla.com/exchange-sessions/${ID}`)).toBe(ID);
    expect(dwolla.exchangeIdInSessionsAddress(`https://api.dwolla.com/exchanges/${ID}/exchange-sessions`)).toBe(ID);
  });

  it("gives ids in lower case", () => {
    expect(dwolla.sessionIdIn(`https://api.dwolla.com/exchange-sessions/${ID.toUpperCase()}`)).toBe(ID);
  });

  it.each([
    undefined,
    null,
    42,
    {},
    [`https://api.dwolla.com/exchange-sessions/${ID}`],
    "",
    "not an address",
    `/exchange-sessions/${ID}`,
    `//api.dwolla.com/exchange-sessions/${ID}`,
    `http://api.dwolla.com/exchange-sessions/${ID}`,
    `https://api.dwolla.com:8443/exchange-sessions/${ID}`,
    `https://api.dwolla.com.evil.example/exchange-sessions/${ID}`,
    `https://evil.example/exchange-sessions/${ID}`,
    `https://api.dwolla.com@evil.example/exchange-sessions/${ID}`,
    `https://user:pass@api.dwolla.com/exchange-sessions/${ID}`,
    `https://аpi.dwolla.com/exchange-sessions/${ID}`,
    `https://169.254.169.254/exchange-sessions/${ID}`,
    `https://[::ffff:169.254.169.254]/exchange-sessions/${ID}`,
    `file:///exchange-sessions/${ID}`,
    `data:text/plain,/exchange-sessions/${ID}`,
    `https://api.dwolla.com/exchange-sessions/${ID}/more`,
    `https://api.dwolla.com/customers/${ID}/exchange-sessions/${ID}`,
    `https://api.dwolla.com/exchange-sessions/../customers/${ID}`,
    `https://api.dwolla.com/exchange-sessions/${ID}%00`,
    "https://api.dwolla.com/exchange-sessions/",
    "https://api.dwolla.com/exchange-sessions/1",
  ])("reads nothing out of %j", (href) => {
    expect(dwolla.sessionIdIn(href)).toBeNull();
  });
});

describe("addresses for a person's browser", () => {
  const local = parseBaseAddress("http://127.0.0.1:4010");

  it("lets https through, and the simulator's own host", () => {
    expect(dwolla.isSafeForBrowser("https://int-widgets.moneydesktop.com/md/connect/abc")).toBe(true);
    expect(local.isSafeForBrowser("http://127.0.0.1:4010/__simulator/bank/1")).toBe(true);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,<script>",
    "http://bank.example/connect",
    "https://user:pass@bank.example/",
    "//bank.example/connect",
    "",
  ])("holds back %j", (href) => {
    expect(dwolla.isSafeForBrowser(href)).toBe(false);
    expect(local.isSafeForBrowser(href)).toBe(false);
  });

  it("holds back another port of the simulator's machine", () => {
    expect(local.isSafeForBrowser("http://127.0.0.1:5432/")).toBe(false);
  });
});
