import { MachineCode } from "#ui/machine-code.tsx";
import { Notice } from "#ui/notice.tsx";
import { Time } from "#ui/time.tsx";
import type { OutcomeWords } from "./outcome-words.ts";

export function OutcomeNotice({ words }: { words: Omit<OutcomeWords, "mayTryAgain"> }) {
  const { tone, title, explanation, at, code } = words;
  return (
    <Notice tone={tone} title={title} isLive>
      <p>{explanation}</p>
      {at && (
        <p className="text-muted">
          {at.label} <Time iso={at.iso} form="exact" />
        </p>
      )}
      {code && <MachineCode>{code}</MachineCode>}
    </Notice>
  );
}
