import { causeWords, signalWords } from "#domain/plain-words.ts";
import type { ActionResult } from "#platform/action.ts";
import { MachineCode } from "#ui/machine-code.tsx";
import { Notice } from "#ui/notice.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { Time } from "#ui/time.tsx";
import type { BalanceLine, CheckExchangeResult } from "../schema.ts";
import { BALANCE_WORDS, CHECK_FAILURE_WORDS, changeWords } from "./check-words.ts";

/** What Dwolla and the bank just said, line by line, and what it changes. */
export function CheckAnswer({ answer }: { answer: ActionResult<CheckExchangeResult> }) {
  if (!answer.ok) {
    const { requestId, message } = answer.error;
    return (
      <Notice tone="error" title="The check was not made" isLive {...(requestId && { requestId })}>
        {message}
      </Notice>
    );
  }
  return answer.value.ok ? <Checked result={answer.value} /> : <NotChecked result={answer.value} />;
}

function Checked({ result }: { result: Extract<CheckExchangeResult, { ok: true }> }) {
  const { before, after, cause, status, statusRequestId, balances, checkedAt } = result;
  return (
    <Notice tone={after === "healthy" ? "success" : "info"} title={changeWords(before, after)} isLive>
      {cause && (
        <p>
          {causeWords(cause).says} <MachineCode>{cause}</MachineCode>
        </p>
      )}
      <ul className="mt-1.5 grid gap-1 text-table">
        <li>
          {signalWords("exchange_status", status).label} <RequestId value={statusRequestId} />
        </li>
        {balances.map((line) => (
          <BalanceItem key={line.fundingSourceId} line={line} />
        ))}
        {balances.length === 0 && <li>No account could be asked through this link.</li>}
      </ul>
      <p className="mt-1 text-label text-muted">
        Checked <Time iso={checkedAt} form="exact" />
      </p>
    </Notice>
  );
}

function BalanceItem({ line }: { line: BalanceLine }) {
  const { name, bankName, answer, speaksOfAt, requestId } = line;
  return (
    <li>
      <bdi>{bankName ? `${bankName}, ${name}` : name}</bdi>: {BALANCE_WORDS[answer]}{" "}
      <span className="text-muted">
        (as of <Time iso={speaksOfAt} form="exact" />)
      </span>{" "}
      <RequestId value={requestId} />
    </li>
  );
}

function NotChecked({ result }: { result: Extract<CheckExchangeResult, { ok: false }> }) {
  const { title, explanation } = CHECK_FAILURE_WORDS[result.reason];
  return (
    <Notice tone="warning" title={title} isLive>
      {explanation}{" "}
      {result.resumesAt && (
        <>
          Calls resume at <Time iso={result.resumesAt} form="exact" />.{" "}
        </>
      )}
      <RequestId value={result.requestId} />
    </Notice>
  );
}

function RequestId({ value }: { value: string | null }) {
  return value && <ShortId value={value} label="request id" />;
}
