import { describe, expect, it } from "vitest";
import { Clock } from "../../simulator/clock.ts";
import { Journal } from "../../simulator/state/journal.ts";
import { RequestLog } from "../../simulator/state/request-log.ts";

const at = (place: number) => new Date(Date.UTC(2026, 10, 25) + place).toISOString();
const request = (place: number) => ({
  method: "GET",
  path: "/",
  status: 200,
  idempotencyKey: null,
  at: at(place),
  requestId: String(place),
});

describe("what the simulator drops of its memory", () => {
  it("is said of requests by number and by the time until which they are gone", () => {
    const log = new RequestLog();
    for (let place = 0; place < 124_999; place += 1) log.add(request(place));
    expect(log.list({})).toMatchObject({ dropped: 0, droppedUntil: null });
    log.add(request(124_999));
    const { requests, ...rest } = log.list({});
    expect(requests[0]?.at).toBe(at(25_000));
    expect(rest).toEqual({ dropped: 25_000, droppedUntil: at(24_999) });
    log.clear();
    expect(log.list({})).toEqual({ requests: [], dropped: 0, droppedUntil: at(124_999) });
    // The clock was ahead, and went back.
    log.reset(at(7));
    expect(log.list({})).toEqual({ requests: [], dropped: 0, droppedUntil: at(7) });
  });

  it("is said of controls by the time until which they are gone", () => {
    const journal = new Journal(new Clock());
    const entry = { method: "POST", path: "/clock", body: null, isRefused: false };
    for (let place = 0; place < 20_000; place += 1) journal.add(entry, at(place));
    expect(journal.droppedUntil).toBeNull();
    journal.add(entry, at(20_000));
    expect(journal.list("")[0]?.at).toBe(at(10_001));
    expect(journal.droppedUntil).toBe(at(10_000));
  });
});
