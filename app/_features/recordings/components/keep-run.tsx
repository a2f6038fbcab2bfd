"use client";

import Link from "next/link";
import { useState, useTransition } from "react";
import { Button } from "#ui/button.tsx";
import { CopyButton } from "#ui/copy-button.tsx";
import { TextField } from "#ui/field.tsx";
import { Notice } from "#ui/notice.tsx";
import { keepRunAction } from "../actions.ts";

/** The simulator may keep its scenarios elsewhere, where the tests do not look. */
const FOLDER_OF_THE_TESTS = "simulator/scenarios/";

type Answer = Awaited<ReturnType<typeof keepRunAction>>;
type Kept = { name: string; answer: Answer | null };

/** Tells the run as a scenario: to look at, to take along, and to write among the others, where it is a test from then on. */
export function KeepRun({ exchangeId, since }: { exchangeId: string; since: string }) {
  const [name, setName] = useState("");
  const [kept, setKept] = useState<Kept | null>(null);
  const [isPending, startTransition] = useTransition();
  const keep = (isWritten: boolean) =>
    startTransition(async () => {
      const answer = await keepRunAction({ exchangeId, since, name, isWritten }).catch(() => null);
      setKept({ name: name.trim(), answer });
    });
  return (
    <form action={() => keep(false)} className="grid gap-3">
      <TextField
        label="Name of the scenario"
        hint="It becomes a file: what was done, and how the desk stood after each step. No ids, no names."
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder="password-changed-and-repaired"
        required
        autoComplete="off"
        spellCheck={false}
        maxLength={80}
        error={nameError(kept?.answer)}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" pending={isPending}>
          Show the scenario
        </Button>
        <Button tone="primary" pending={isPending} onClick={() => keep(true)}>
          Keep it as a file
        </Button>
      </div>
      {kept && <Outcome kept={kept} />}
    </form>
  );
}

function nameError(answer: Answer | null | undefined): string | undefined {
  return answer && !answer.ok ? answer.error.fieldErrors?.name?.[0] : undefined;
}

function Outcome({ kept: { name, answer } }: { kept: Kept }) {
  if (answer === null) return <Problem title="The desk did not answer">Trying again is safe.</Problem>;
  if (!answer.ok) {
    const { fieldErrors, message, requestId } = answer.error;
    return fieldErrors?.name ? null : (
      <Problem title="Nothing was kept" requestId={requestId}>
        {message}
      </Problem>
    );
  }
  const { value } = answer;
  if (!value.ok) return <Problem title="Nothing was kept">{value.says ?? "The simulator does not answer."}</Problem>;
  return (
    <div className="min-w-0">
      <p role="status" className="text-table text-pretty">
        {value.path ? (
          <>
            Kept as <code className="font-mono text-label">{value.path}</code>. It is played by{" "}
            <code className="font-mono text-label">npm run scenario -- {name}</code>
            {value.path.startsWith(FOLDER_OF_THE_TESTS) && ", by “npm test”,"} and{" "}
            <Link
              href="/sandbox/scenarios"
              prefetch={false}
              className="text-accent underline decoration-1 decoration-edge underline-offset-2"
            >
              among the scenarios
            </Link>
            .
          </>
        ) : (
          <>{value.steps === 1 ? "One step." : `${value.steps} steps.`} Nothing was written yet.</>
        )}
      </p>
      <div className="my-2 flex flex-wrap gap-2">
        <CopyButton value={value.file} label="scenario" look="button" />
        <Button onClick={() => download(`${name}.json`, value.file)}>Download</Button>
      </div>
      <section
        // A part that scrolls has to be reachable by keys.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        aria-label="The scenario"
        className="max-h-80 overflow-auto rounded-md border border-line bg-sunken p-3"
      >
        <pre className="font-mono text-label">{value.file}</pre>
      </section>
    </div>
  );
}

function Problem({ title, children, requestId }: { title: string; children: string; requestId?: string }) {
  return (
    <Notice tone="error" title={title} isLive {...(requestId && { requestId })}>
      {children}
    </Notice>
  );
}

function download(filename: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href, download: filename }).click();
  URL.revokeObjectURL(href);
}
