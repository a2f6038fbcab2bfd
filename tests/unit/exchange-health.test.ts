import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exchangeHealth, HEALTHS, type Signal, type SignalKind } from "#domain/exchange-health.ts";

const START = Date.parse("2026-11-01T00:00:00Z");
const STATUSES = ["active", "deactivated", "removed"];
const ANSWERS = ["answered", "update_credentials", "unsupported", "not_enabled", "processing"];

const signalOf = (kind: SignalKind, values: fc.Arbitrary<string>) =>
  fc.record({
    id: fc.uuid(),
    kind: fc.constant(kind),
    value: values,
    speaksOfAt: fc.integer({ min: 0, max: 50 }).map(at),
  });
const anyWord = (words: string[]) => fc.oneof(fc.constantFrom(...words), fc.string());
const anySignal = fc.oneof(signalOf("exchange_status", anyWord(STATUSES)), signalOf("balance_check", anyWord(ANSWERS)));
const anySignals = fc.array(anySignal, { maxLength: 25 });

describe("for any signals, the verdict", () => {
  test("is the same in any order and with any repetition", () => {
    const shuffled = anySignals.chain((signals) =>
      fc.tuple(fc.constant(signals), fc.shuffledSubarray([...signals, ...signals], { minLength: signals.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([signals, again]) => {
        expect(exchangeHealth(again)).toEqual(exchangeHealth(signals));
      }),
    );
  });

  test("is one of the known healths, with a cause and a date exactly where something is wrong", () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const { health, cause, since, decidedBy } = exchangeHealth(signals);
        const isWrong = health === "broken" || health === "removed";
        expect(HEALTHS).toContain(health);
        expect([cause !== null, since !== null]).toEqual([isWrong, isWrong]);
        expect(decidedBy === null || signals.includes(decidedBy)).toBe(true);
        expect(since === null || signals.some(({ speaksOfAt }) => speaksOfAt.getTime() === since.getTime())).toBe(true);
      }),
    );
  });

  test("heals with a newer balance that answers, unless the status itself says otherwise", () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const { health } = exchangeHealth([...signals, balance(51, "answered")]);
        const before = exchangeHealth(signals);
        const isSaidByStatus = before.cause === "deactivated" || before.cause === "removed";
        expect(health).toBe(isSaidByStatus ? before.health : "healthy");
      }),
    );
  });

  test("breaks with a newer refusal of the bank, unless the exchange is removed", () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const before = exchangeHealth(signals);
        const { health } = exchangeHealth([...signals, balance(51, "update_credentials")]);
        expect(health).toBe(before.health === "removed" ? "removed" : "broken");
      }),
    );
  });

  test("stays removed whatever balances say, until a newer status", () => {
    fc.assert(
      fc.property(anySignals, fc.constantFrom(...ANSWERS), (signals, answer) => {
        const removed = [...signals, status(51, "removed")];
        expect(exchangeHealth([...removed, balance(52, answer)]).health).toBe("removed");
        expect(exchangeHealth([...removed, status(53, "active")]).health).not.toBe("removed");
      }),
    );
  });

  test("does not change by answers that say nothing", () => {
    const mute = fc.constantFrom("unsupported", "not_enabled", "processing", "something new");
    fc.assert(
      fc.property(anySignals, mute, (signals, answer) => {
        expect(exchangeHealth([...signals, balance(51, answer)])).toEqual(exchangeHealth(signals));
      }),
    );
  });
});

describe("the verdict", () => {
  test("is unknown without signals, and on a status of active alone", () => {
    expect(exchangeHealth([])).toEqual({ health: "unknown", cause: null, since: null, decidedBy: null });
    expect(exchangeHealth([status(1, "active")]).health).toBe("unknown");
  });

  test("is broken since the first refusal after the last answer", () => {
    const signals = [balance(1, "update_credentials"), balance(2, "answered"), balance(3, "update_credentials")];
    expect(exchangeHealth([...signals, balance(4, "update_credentials")])).toMatchObject({
      health: "broken",
      cause: "UpdateCredentials",
      since: at(3),
    });
  });

  test("is broken since the bank refused, when the status followed later", () => {
    const signals = [balance(1, "update_credentials"), status(2, "deactivated")];
    expect(exchangeHealth(signals)).toMatchObject({ cause: "deactivated", since: at(1) });
  });

  test("stays broken when the status turns active but the bank still refuses", () => {
    const signals = [status(1, "deactivated"), balance(1, "update_credentials"), status(2, "active")];
    expect(exchangeHealth(signals)).toMatchObject({ health: "broken", cause: "UpdateCredentials" });
  });

  test("is healthy when active takes back deactivated and no bank was asked", () => {
    const active = status(2, "active");
    expect(exchangeHealth([status(1, "deactivated"), active])).toMatchObject({ health: "healthy", decidedBy: active });
    expect(exchangeHealth([status(1, "deactivated"), status(2, "hibernating")]).health).toBe("unknown");
  });

  test("counts the refusal of two answers of one instant", () => {
    expect(exchangeHealth([balance(1, "update_credentials"), balance(1, "answered")]).health).toBe("broken");
  });
});

function at(minute: number): Date {
  return new Date(START + minute * 60_000);
}

function status(minute: number, value: string): Signal {
  return { id: `status ${minute}`, kind: "exchange_status", value, speaksOfAt: at(minute) };
}

function balance(minute: number, value: string): Signal {
  return { id: `balance ${minute} ${value}`, kind: "balance_check", value, speaksOfAt: at(minute) };
}
