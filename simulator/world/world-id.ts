import { hash, salt } from "./random.ts";

type IdKind = "customer" | "exchange" | "funding-source" | "event" | "exchange-partner" | "account";
type WorldPosition = { kind: IdKind; index: number; slot: number };

const KINDS: readonly IdKind[] = ["customer", "exchange", "funding-source", "event", "exchange-partner", "account"];
const FORM = /^([0-9a-f]{8})-([0-9a-f]{4})-4([0-9a-f]{3})-([89ab][0-9a-f]{3})-([0-9a-f]{4})([0-9a-f]{8})$/;

/**
 * The id of a thing at a place of the world: a UUID (version 4 in form) whose last 48 bits carry the place, masked, and whose
 * other 74 bits are a keyed check of it. So a million ids need no table, and an id from another seed is refused.
 */
export function worldId(seed: number, { kind, index, slot }: WorldPosition): string {
  const high = (KINDS.indexOf(kind) << 8) | slot;
  const check = checkBits(seed, high, index);
  const mask = maskFor(seed, check.first);
  const tail = `${hex((high ^ mask.high) & 0xffff, 4)}${hex((index ^ mask.low) >>> 0, 8)}`;
  return `${hex(check.first, 8)}-${hex(check.second, 4)}-4${hex(check.third, 3)}-${hex(check.fourth, 4)}-${tail}`;
}

/** The place that an id of this seed stands for; nothing for any other text. */
export function worldPosition(seed: number, id: string): WorldPosition | undefined {
  const parts = FORM.exec(id);
  if (parts === null) return undefined;
  const [first = 0, , , , highMasked = 0, lowMasked = 0] = parts.slice(1).map((part) => Number.parseInt(part, 16));
  const mask = maskFor(seed, first);
  const high = (highMasked ^ mask.high) & 0xffff;
  const kind = KINDS[high >>> 8];
  if (kind === undefined) return undefined;
  const position = { kind, index: (lowMasked ^ mask.low) >>> 0, slot: high & 0xff };
  return worldId(seed, position) === id ? position : undefined;
}

function checkBits(seed: number, high: number, index: number) {
  return {
    first: hash(seed, salt.idFirst, index, high),
    second: hash(seed, salt.idSecond, index, high) & 0xffff,
    third: hash(seed, salt.idThird, index, high) & 0xfff,
    fourth: 0x8000 | (hash(seed, salt.idFourth, index, high) & 0x3fff),
  };
}

function maskFor(seed: number, check: number) {
  return { high: hash(seed, salt.idMaskHigh, check, 0) & 0xffff, low: hash(seed, salt.idMaskLow, check, 0) };
}

function hex(bits: number, digits: number): string {
  return bits.toString(16).padStart(digits, "0");
}
