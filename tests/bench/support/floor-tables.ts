import type { Cell } from "./copy-in.ts";

/** A piece of an answer, as unread as a program can leave it. */
export type FloorBody = Record<string, unknown> & {
  _embedded?: Record<string, FloorBody[]>;
  _links?: Record<string, { href: string }>;
};

interface FloorTable {
  stage: string;
  /** Of the stage, as CREATE TABLE wants them. */
  columns: string;
  /** Which answers are for it. */
  path: RegExp;
  rowsOf(body: FloorBody, found: RegExpExecArray, status: number): Cell[][];
  /** From the stage to where our own sweep writes. */
  merge: readonly string[];
}

/** Where the floor puts what it reads: the tables of the desk, through stages that need no log. */
export const FLOOR_TABLES: readonly FloorTable[] = [
  {
    stage: "floor_customer",
    columns: `id uuid, type text, status text, name text, email text, "businessName" text, "createdAt" timestamptz`,
    path: /^\/customers\?/,
    rowsOf: ({ _embedded }) =>
      (_embedded?.customers ?? []).map((each) => [
        text(each.id),
        text(each.type),
        text(each.status),
        `${each.firstName} ${each.lastName}`,
        text(each.email),
        text(each.businessName),
        text(each.created),
      ]),
    merge: [
      `INSERT INTO "Customer" AS stored (id, type, status, name, email, "businessName", "createdAt")
       SELECT DISTINCT ON (id) * FROM floor_customer ORDER BY id
       ON CONFLICT (id) DO UPDATE SET type = excluded.type, status = excluded.status, name = excluded.name,
         email = excluded.email, "businessName" = excluded."businessName"`,
    ],
  },
  {
    stage: "floor_exchange",
    columns: `id uuid, "customerId" uuid, "partnerId" uuid, status text, "createdAt" timestamptz`,
    path: /^\/customers\/([^/]+)\/exchanges$/,
    rowsOf: ({ _embedded }, [, customerId]) =>
      (_embedded?.exchanges ?? []).map((each) => [
        text(each.id),
        customerId,
        each._links?.["exchange-partner"]?.href.split("/").at(-1),
        text(each.status),
        text(each.created),
      ]),
    merge: [
      `INSERT INTO "Exchange" (id, "customerId", "partnerId", status, "createdAt") SELECT * FROM floor_exchange
       ON CONFLICT (id) DO UPDATE SET status = excluded.status`,
      `INSERT INTO "Signal" (id, "customerId", "exchangeId", kind, value, source, "observedAt", "speaksOfAt")
       SELECT gen_random_uuid(), "customerId", id, 'exchange_status', status, 'sweep', now(), now() FROM floor_exchange`,
    ],
  },
  {
    stage: "floor_source",
    columns: `id uuid, "customerId" uuid, name text, "bankName" text, type text, status text, "isRemoved" boolean,
      "createdAt" timestamptz`,
    path: /^\/customers\/([^/]+)\/funding-sources/,
    rowsOf: ({ _embedded }, [, customerId]) =>
      (_embedded?.["funding-sources"] ?? []).map((each) => [
        text(each.id),
        customerId,
        text(each.name),
        text(each.bankName),
        text(each.type),
        text(each.status),
        each.removed === true,
        text(each.created),
      ]),
    merge: [
      `INSERT INTO "FundingSource" (id, "customerId", name, "bankName", type, status, "isRemoved", "createdAt")
       SELECT * FROM floor_source ON CONFLICT (id) DO UPDATE SET status = excluded.status`,
    ],
  },
  {
    stage: "floor_balance",
    columns: `"fundingSourceId" uuid, value text`,
    path: /^\/funding-sources\/([^/]+)\/balance$/,
    rowsOf: (body, [, sourceId], status) => [[sourceId, status === 200 ? "answered" : text(body.code)]],
    merge: [
      `INSERT INTO "Signal" (id, "customerId", "fundingSourceId", kind, value, source, "observedAt", "speaksOfAt")
       SELECT gen_random_uuid(), source."customerId", source.id, 'balance_check', value, 'sweep', now(), now()
       FROM floor_balance JOIN "FundingSource" AS source ON source.id = "fundingSourceId"`,
    ],
  },
];

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
