import { createHash } from "node:crypto";

/** Says what the bytes are, so that a hash of ours can never stand for one of another kind or version. */
const LEAF_HEAD = Buffer.concat([Buffer.from([0x00]), Buffer.from("reconnect-desk/audit/v1"), Buffer.from([0x00])]);
const CHAIN_HEAD = Buffer.from([0x02]);

/** An event in its place: what the seal covers. */
export interface NumberedEvent {
  /** From 1, without gaps. */
  number: number;
  /** The database's time, UTC to the microsecond: `2026-11-25T16:40:00.123456Z`. */
  recordedAt: string;
  /** The RFC 8785 text. */
  body: string;
}

/** The leaf of an event: SHA-256 of 0x00 (RFC 6962), version, number, time of recording and body. */
export function auditLeaf({ number, recordedAt, body }: NumberedEvent): Buffer {
  const place = Buffer.alloc(16);
  place.writeBigUInt64BE(BigInt(number), 0);
  place.writeBigUInt64BE(microseconds(recordedAt), 8);
  return createHash("sha256").update(LEAF_HEAD).update(place).update(body, "utf8").digest();
}

/** The running hash before the first event. */
export const CHAIN_START: Buffer = Buffer.alloc(32);

/** The running hash after an event: a check that needs no tree. */
export function chainHash(previous: Uint8Array, leaf: Uint8Array): Buffer {
  return createHash("sha256")
    .update(Buffer.concat([CHAIN_HEAD, previous, leaf]))
    .digest();
}

function microseconds(recordedAt: string): bigint {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})(\d{3})Z$/.exec(recordedAt);
  const milliseconds = match ? Date.parse(`${match[1]}Z`) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new RangeError(`Not a UTC time to the microsecond: ${recordedAt}`);
  return BigInt(milliseconds) * 1000n + BigInt(match?.[2] ?? 0);
}
