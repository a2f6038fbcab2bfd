import canonicalize from "canonicalize";
import { canonicalize as secondCanonicalize } from "json-canonicalize";
import { describe, expect, it } from "vitest";
import { canonicalDisagreements } from "../support/canonical-bodies.ts";

const both = { canonicalize, "json-canonicalize": secondCanonicalize };

/** RFC 8785, appendix B: the bits of a double and how it is written. Our bodies hold safe integers only: the first ones. */
const NUMBERS = {
  "0000000000000000": "0",
  "8000000000000000": "0",
  "433fffffffffffff": "9007199254740991",
  c33fffffffffffff: "-9007199254740991",
  "0000000000000001": "5e-324",
  "8000000000000001": "-5e-324",
  "7fefffffffffffff": "1.7976931348623157e+308",
  ffefffffffffffff: "-1.7976931348623157e+308",
  "4340000000000000": "9007199254740992",
  c340000000000000: "-9007199254740992",
  "4430000000000000": "295147905179352830000",
  "44b52d02c7e14af5": "9.999999999999997e+22",
  "44b52d02c7e14af6": "1e+23",
  "44b52d02c7e14af7": "1.0000000000000001e+23",
  "444b1ae4d6e2ef4e": "999999999999999700000",
  "444b1ae4d6e2ef4f": "999999999999999900000",
  "444b1ae4d6e2ef50": "1e+21",
  "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
  "3eb0c6f7a0b5ed8d": "0.000001",
  "41b3de4355555553": "333333333.3333332",
  "41b3de4355555554": "333333333.33333325",
  "41b3de4355555555": "333333333.3333333",
  "41b3de4355555556": "333333333.3333334",
  "41b3de4355555557": "333333333.33333343",
  becbf647612f3696: "-0.0000033333333333333333",
  "43143ff3c1cb0959": "1424953923781206.2",
};

describe.each(Object.entries(both))("the canonical form by %s", (_, write) => {
  it("writes the numbers of RFC 8785, appendix B, as it does", () => {
    for (const [bits, text] of Object.entries(NUMBERS))
      expect(write(Buffer.from(bits, "hex").readDoubleBE()), bits).toBe(text);
  });

  it("refuses numbers that are none", () => {
    for (const number of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => write({ number })).toThrow();
  });

  it("writes the sample of RFC 8785, sections 3.2.2 and 3.2.3, as it does", () => {
    const sample = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);

    expect(write(sample)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it("sorts keys by their UTF-16 code units, as in RFC 8785, section 3.2.3", () => {
    const sample = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };

    expect(Object.values(JSON.parse(write(sample) ?? ""))).toHaveLength(7);
    expect([...(write(sample) ?? "").matchAll(/:"([A-Z]\w+)/g)].map(([, word]) => word)).toEqual([
      "Carriage",
      "One",
      "Control",
      "Latin",
      "Euro",
      "Emoji",
      "Hebrew",
    ]);
  });
});

it("is the same by two implementations for what our schema allows", () => {
  expect(canonicalDisagreements({ seed: 1, count: 2_000 })).toEqual([]);
});
