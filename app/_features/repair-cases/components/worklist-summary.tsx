import { Time } from "#ui/time.tsx";
import type { WorklistScreen } from "../loaders.ts";

/** "61 customers need a new bank sign-in · 15 will soon · checked 2 min ago" */
export function WorklistSummary({ screen: { open, freshness, now } }: { screen: WorklistScreen }) {
  return (
    <>
      {customersNeeding(open.customers)}
      {open.warned > 0 && ` · ${open.warned.toLocaleString("en")} will soon`}
      {freshness.checkedAt === null && ", as far as the desk has looked"}
      {freshness.checkedAt && (
        <>
          {" · checked "}
          <Time iso={freshness.checkedAt} now={now} />
        </>
      )}
    </>
  );
}

function customersNeeding(count: number): string {
  if (count === 0) return "No customer needs a new bank sign-in";
  return count === 1
    ? "1 customer needs a new bank sign-in"
    : `${count.toLocaleString("en")} customers need a new bank sign-in`;
}
