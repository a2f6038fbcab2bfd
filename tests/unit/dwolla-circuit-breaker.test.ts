import { describe, expect, it } from "vitest";
import { UNLIMITED } from "#dwolla/call-budget.ts";
import { createCircuitBreaker, RATE_LIMIT_PAUSE_MS } from "#dwolla/circuit-breaker.ts";
import { createManualClock } from "../support/fault-server.ts";

const PROBE_MS = 10_000;

function openBreaker() {
  const time = createManualClock();
  const breaker = createCircuitBreaker({ clock: time.clock, budget: UNLIMITED, probeMs: PROBE_MS });
  breaker.leave("normal", 429);
  return { breaker, ...time };
}

describe("circuit breaker", () => {
  it("lets everything through before the first 429", () => {
    const { clock } = createManualClock();
    const breaker = createCircuitBreaker({ clock, budget: UNLIMITED, probeMs: PROBE_MS });
    for (const status of [200, 404, 500, null]) breaker.leave("normal", status);
    expect(breaker.enter()).toBe("normal");
    expect(breaker.resumesAt()).toBeNull();
  });

  it("holds everything back for five minutes and says until when", () => {
    const { breaker, clock, advance } = openBreaker();
    const resumesAt = new Date(clock().getTime() + RATE_LIMIT_PAUSE_MS);
    expect(breaker.enter()).toEqual(resumesAt);
    advance(RATE_LIMIT_PAUSE_MS - 1);
    expect(breaker.enter()).toEqual(resumesAt);
  });

  it("lets one probe through afterwards and tells the others when it will be over", () => {
    const { breaker, clock, advance } = openBreaker();
    advance(RATE_LIMIT_PAUSE_MS);
    expect(breaker.enter()).toBe("probe");
    expect(breaker.enter()).toEqual(new Date(clock().getTime() + PROBE_MS));
  });

  it("closes when the probe is answered", () => {
    const { breaker, advance } = openBreaker();
    advance(RATE_LIMIT_PAUSE_MS);
    breaker.enter();
    breaker.leave("probe", 500);
    expect(breaker.enter()).toBe("normal");
  });

  it("opens for another five minutes when the probe meets a 429", () => {
    const { breaker, clock, advance } = openBreaker();
    advance(RATE_LIMIT_PAUSE_MS);
    breaker.enter();
    breaker.leave("probe", 429);
    expect(breaker.enter()).toEqual(new Date(clock().getTime() + RATE_LIMIT_PAUSE_MS));
  });

  it("lets the next one probe when a probe got no answer", () => {
    const { breaker, advance } = openBreaker();
    advance(RATE_LIMIT_PAUSE_MS);
    breaker.enter();
    breaker.leave("probe", null);
    expect(breaker.enter()).toBe("probe");
  });

  it("is not closed by the answer to a call that left before the 429", () => {
    const { breaker } = openBreaker();
    breaker.leave("normal", 200);
    expect(breaker.enter()).toBeInstanceOf(Date);
  });
});
