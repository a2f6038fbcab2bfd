import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followChanges } from "#ui/change-stream.ts";

const ADDRESS = "/api/changes";

/** The browser's side of a stream, for as long as nothing really comes over it. */
class QuietEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static latest: QuietEventSource;
  readyState = 1;

  constructor() {
    super();
    QuietEventSource.latest = this;
  }

  close(): void {
    this.readyState = QuietEventSource.CLOSED;
  }
}

let leaving: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", QuietEventSource);
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
});

afterEach(() => {
  for (const leave of leaving) leave();
  leaving = [];
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** @returns how often it was told. */
function follow(topic: string): () => number {
  const onChange = vi.fn();
  leaving.push(followChanges(ADDRESS, { topic, onChange }));
  return () => onChange.mock.calls.length;
}

const comes = (event: Event) => QuietEventSource.latest.dispatchEvent(event);
const change = (topic: string) => new MessageEvent("change", { data: topic });

test("a part of a page that comes to life right after a change was told is told of it too", () => {
  follow("dwolla");
  comes(change("desk"));
  expect(follow("desk")()).toBe(1);
});

test("who follows another topic, or long after, is not told of it", () => {
  follow("dwolla");
  comes(change("desk"));
  expect(follow("dwolla")()).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(follow("desk")()).toBe(0);
});

test("after a lost connection all are told, also who follows right after", () => {
  const early = follow("dwolla");
  for (const event of ["open", "error", "open"]) comes(new Event(event));
  expect(early()).toBe(1);
  expect(follow("desk")()).toBe(1);
});

test("the first opening tells nobody: the page was just read", () => {
  const told = follow("desk");
  comes(new Event("open"));
  expect(told()).toBe(0);
});
