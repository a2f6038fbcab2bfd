import { verifyBundle } from "../../scripts/audit-verify.mjs";
import type { SecondVerifier } from "./second-verifier.ts";

export interface Judgement {
  code: number;
  row: number | null;
  /** What the first verifier says, for people. */
  said: string[];
  remarks: string[];
}

export interface Case {
  data: Buffer;
  key?: string;
  since?: string;
}

/** The first verifier's judgement of a bundle in memory. */
export async function judge({ data, key, since }: Case, lookFurther = true): Promise<Judgement> {
  const source = { size: data.length, read: (from: number, to: number) => slice(data, from, to) };
  const { code, firstBadRow, problems, remarks } = await verifyBundle(source, { key, since, lookFurther });
  return { code, row: firstBadRow, said: problems.map(({ text }) => text), remarks };
}

/** The judgement of both; throws where they differ in the code or in the first row that is wrong. */
export async function judgeTwice(second: SecondVerifier, one: Case): Promise<Judgement> {
  const { data, key, since } = one;
  const [first, [answer]] = await Promise.all([judge(one), second.ask({ data: data.toString("base64"), key, since })]);
  if (first.code === answer?.code && first.row === answer.row) return first;
  throw new Error(`The two verifiers do not agree: ${JSON.stringify({ first, second: answer })}`);
}

async function* slice(data: Buffer, from: number, to: number): AsyncGenerator<Buffer> {
  yield data.subarray(from, to);
}
