import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import {
  byTime,
  exchangeHealth,
  HEALTHS,
  type Signal,
  type SignalKind,
  WARNING_NOTICE_MS,
} from "#domain/exchange-health.ts";

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
const anyWordOfPeople = fc.oneof(
  signalOf("customer_claim", fc.constant("finished")),
  signalOf("staff_word", fc.constantFrom("works", "fails")),
);
const anySighting = fc.oneof(
  signalOf("exchange_status", anyWord(STATUSES)),
  signalOf("balance_check", anyWord(ANSWERS)),
);
const anySignal = fc.oneof(
  { weight: 4, arbitrary: anySighting },
  { weight: 1, arbitrary: anyWordOfPeople },
  { weight: 1, arbitrary: signalOf("event", fc.constantFrom(REAUTH_REQUIRED, "customer_exchange_renamed")) },
);
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
        const isWrong = health === "broken" || health === "removed" || health === "reauth_required";
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
        expect(isSaidByStatus ? [before.health] : ["healthy", "reauth_required"]).toContain(health);
        if (before.cause === "UpdateCredentials") expect(health).not.toBe("broken");
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

  test("leaves broken with a newer probe that finds all well: a status of active and every bank account answering", () => {
    fc.assert(
      fc.property(anySignals, fc.integer({ min: 51, max: 60 }), (signals, minute) => {
        const before = exchangeHealth(signals);
        const { health, cause } = exchangeHealth([...signals, ...goodProbe(minute)]);
        expect(["healthy", "reauth_required"]).toContain(health);
        if (before.health === "broken") expect(cause).not.toBe(before.cause);
      }),
    );
  });

  test("is healthy only on a bank account that answered, or a deactivated that was taken back, and neither outdated", () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const { health, decidedBy } = exchangeHealth(signals);
        if (health !== "healthy" || !decidedBy) return;
        const newer = signals.filter(({ speaksOfAt }) => speaksOfAt > decidedBy.speaksOfAt);
        expect(["balance_check answered", "exchange_status active"]).toContain(`${decidedBy.kind} ${decidedBy.value}`);
        expect(newer.filter(({ kind, value }) => kind === "balance_check" && value === "update_credentials")).toEqual(
          [],
        );
        const newestStatus = signals
          .filter(({ kind }) => kind === "exchange_status")
          .sort(byTime)
          .at(-1);
        expect(["deactivated", "removed"]).not.toContain(newestStatus?.value);
        if (decidedBy.kind !== "exchange_status") return;
        const statuses = signals.filter(({ kind }) => kind === "exchange_status").sort(byTime);
        expect(statuses[statuses.findIndex(({ id }) => id === decidedBy.id) - 1]?.value).toBe("deactivated");
      }),
    );
  });

  test("of a healthy link is not worsened by a renewal that the customer abandons", () => {
    // A session leaves no signal of its own; what follows are probes that find the link as it was, and people's words.
    const harmless = fc.oneof(
      signalOf("exchange_status", fc.constant("active")),
      signalOf("balance_check", fc.constantFrom("answered", "unsupported", "not_enabled", "processing")),
      anyWordOfPeople,
    );
    const probes = fc.array(harmless.map((signal) => ({ ...signal, speaksOfAt: later(signal, 51) })));
    const line = fc
      .tuple(anySignals, fc.boolean())
      .map(([signals, isMended]) => (isMended ? [...signals, ...goodProbe(50.5), ...claimAndProof(50.6)] : signals));
    let healthy = 0;
    fc.assert(
      fc.property(line, probes, (signals, more) => {
        if (exchangeHealth(signals).health !== "healthy") return;
        healthy += 1;
        expect(exchangeHealth([...signals, ...more])).toMatchObject({ health: "healthy", cause: null, since: null });
      }),
    );
    expect(healthy).toBeGreaterThan(20);
  });

  test("depends on the signals alone: told of any part of them twice over, and in turns, it is the same", () => {
    fc.assert(
      fc.property(anySignals, fc.infiniteStream(fc.nat()), (signals, numbers) => {
        const again = signals.flatMap((signal) =>
          Array.from({ length: 1 + (next(numbers) % 3) }, () => ({ ...signal })),
        );
        const turned = again
          .map((signal) => ({ signal, place: next(numbers) }))
          .sort((a, b) => a.place - b.place)
          .map(({ signal }) => signal);
        expect(exchangeHealth(turned)).toEqual(exchangeHealth(signals));
      }),
    );
  });

  test("is not made worse by anything that people say, nor by events that warn of nothing", () => {
    const said = fc.array(fc.oneof(anyWordOfPeople, signalOf("event", fc.constant("customer_exchange_renamed"))));
    fc.assert(
      fc.property(anySignals, said, (signals, more) => {
        const before = exchangeHealth(signals);
        const { health, cause } = exchangeHealth([...signals, ...more]);
        const isSettledWarning = before.health === "reauth_required" && health === "healthy";
        if (!isSettledWarning) expect([health, cause]).toEqual([before.health, before.cause]);
      }),
    );
  });

  test("is contradicted only by signals of another kind than the one that decided", () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const { decidedBy, contradictedBy } = exchangeHealth(signals);
        expect(contradictedBy.every((signal) => signals.includes(signal) && signal.kind !== decidedBy?.kind)).toBe(
          true,
        );
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
    const nothing = { health: "unknown", cause: null, since: null, decidedBy: null, contradictedBy: [] };
    expect(exchangeHealth([])).toEqual(nothing);
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

  test("is proven by the active that took back deactivated, not by those after it", () => {
    const back = status(2, "active");
    const signals = [status(1, "deactivated"), back, status(8, "active")];
    expect(exchangeHealth(signals)).toMatchObject({ health: "healthy", decidedBy: back });
    const claimed = [...signals, warning(9), said("customer_claim", 10, "finished"), status(11, "active")];
    expect(exchangeHealth(claimed)).toMatchObject({ health: "reauth_required", cause: REAUTH_REQUIRED });
  });

  test("counts the refusal of two answers of one instant", () => {
    expect(exchangeHealth([balance(1, "update_credentials"), balance(1, "answered")]).health).toBe("broken");
  });
});

describe("a warning", () => {
  const WARNED = { health: "reauth_required", cause: REAUTH_REQUIRED, since: at(2) };

  test("stands while the link works, because access ends only later", () => {
    const signals = [balance(1, "answered"), warning(2), balance(3, "answered")];
    expect(exchangeHealth(signals)).toMatchObject({ ...WARNED, contradictedBy: [balance(3, "answered")] });
  });

  test("gives way to the break that it announced, and is settled when that is repaired", () => {
    const broken = [warning(2), balance(3, "update_credentials")];
    expect(exchangeHealth(broken)).toMatchObject({ health: "broken", cause: "UpdateCredentials" });
    expect(exchangeHealth([...broken, balance(4, "answered")]).health).toBe("healthy");
  });

  test("that comes late, after the break and the repair, changes nothing", () => {
    const repaired = [status(3, "deactivated"), status(4, "active"), balance(5, "answered")];
    expect(exchangeHealth([...repaired, warning(2)]).health).toBe("healthy");
  });

  test("is settled by a link that works when the notice is over, not a moment before", () => {
    const answeredAfter = (ms: number) => ({ ...balance(2, "answered"), speaksOfAt: new Date(at(2).getTime() + ms) });
    expect(exchangeHealth([warning(2), answeredAfter(WARNING_NOTICE_MS)])).toMatchObject(WARNED);
    expect(exchangeHealth([warning(2), answeredAfter(WARNING_NOTICE_MS + 1)]).health).toBe("healthy");
  });

  test("is settled by the customer's word together with a newer proof, and by neither alone", () => {
    const claim = said("customer_claim", 3, "finished");
    expect(exchangeHealth([warning(2), claim])).toMatchObject(WARNED);
    expect(exchangeHealth([balance(1, "answered"), warning(2), claim])).toMatchObject(WARNED);
    expect(exchangeHealth([warning(2), claim, balance(4, "answered")]).health).toBe("healthy");
    expect(exchangeHealth([said("customer_claim", 1, "finished"), warning(2), balance(4, "answered")])).toMatchObject(
      WARNED,
    );
  });

  test("is settled where no account was refused, when the notice is over or the customer has signed in", () => {
    const overAt = (WARNING_NOTICE_MS + 1) / 60_000;
    expect(exchangeHealth([warning(0), balance(2, "none_refused")]).health).toBe("reauth_required");
    expect(exchangeHealth([warning(0), balance(overAt, "none_refused")]).health).toBe("healthy");
    const claim = said("customer_claim", 1, "finished");
    expect(exchangeHealth([warning(0), claim, balance(2, "none_refused")]).health).toBe("healthy");
    expect(exchangeHealth([warning(0), balance(1, "update_credentials"), balance(2, "none_refused")]).health).toBe(
      "broken",
    );
  });

  test("of today stands, whatever settled an older one", () => {
    const settled = [warning(0), balance(1, "update_credentials"), balance(1.5, "answered")];
    expect(exchangeHealth([...settled, warning(2), balance(3, "answered")])).toMatchObject(WARNED);
  });
});

test("a verdict names what contradicts it", () => {
  const active = status(2, "active");
  const claim = said("customer_claim", 3, "finished");
  const { contradictedBy } = exchangeHealth([
    status(1, "deactivated"),
    balance(1, "update_credentials"),
    active,
    claim,
  ]);
  expect(contradictedBy).toEqual([active, claim]);
});

/** What a look at the link finds when all is well. */
function goodProbe(minute: number): Signal[] {
  return [status(minute, "active"), balance(minute, "answered")];
}

/** Settles a warning, too. */
function claimAndProof(minute: number): Signal[] {
  return [said("customer_claim", minute, "finished"), balance(minute + 0.1, "answered")];
}

function later({ speaksOfAt }: Signal, minutes: number): Date {
  return new Date(speaksOfAt.getTime() + minutes * 60_000);
}

function next(numbers: IterableIterator<number>): number {
  return numbers.next().value ?? 0;
}

function at(minute: number): Date {
  return new Date(START + minute * 60_000);
}

function status(minute: number, value: string): Signal {
  return { id: `status ${minute}`, kind: "exchange_status", value, speaksOfAt: at(minute) };
}

function balance(minute: number, value: string): Signal {
  return { id: `balance ${minute} ${value}`, kind: "balance_check", value, speaksOfAt: at(minute) };
}

function warning(minute: number): Signal {
  return { id: `warning ${minute}`, kind: "event", value: REAUTH_REQUIRED, speaksOfAt: at(minute) };
}

function said(kind: SignalKind, minute: number, value: string): Signal {
  return { id: `${kind} ${minute}`, kind, value, speaksOfAt: at(minute) };
}
