"use client";

import { ChevronDown, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useId, useState, useTransition } from "react";
import { Button } from "#ui/button.tsx";

/** A qualifier that can be chosen, with what can be chosen for it, or with an example of what is typed. */
export interface SearchChoice {
  qualifier: string;
  label: string;
  options?: { value: string; label: string }[];
  example?: string;
}

type SearchBuilderProps = {
  choices: SearchChoice[];
  /** The search as it stands, to which a term is added. */
  q: string;
  /** The page without its search. */
  href: string;
};

const FIELD = "h-8 min-w-0 rounded-md border border-control bg-canvas text-table hover:bg-hover";

/** Writes a term of the search for people who do not type it; people are chosen by name, their id goes into the address. */
export function SearchBuilder({ choices, q, href }: SearchBuilderProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [qualifier, setQualifier] = useState(choices[0]?.qualifier ?? "");
  const [sign, setSign] = useState("");
  const [typed, setTyped] = useState("");
  const exampleId = useId();
  const choice = choices.find((each) => each.qualifier === qualifier);
  const value = choice?.options?.some((option) => option.value === typed)
    ? typed
    : (choice?.options?.[0]?.value ?? typed.trim());
  const add = () => {
    if (value === "") return;
    const address = new URL(href, window.location.origin);
    const term = `${qualifier === "created" ? "" : sign}${qualifier}:${/\s/.test(value) ? `"${value}"` : value}`;
    address.searchParams.set("q", q ? `${q} ${term}` : term);
    setTyped("");
    startTransition(() => router.push(`${address.pathname}${address.search}`));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    // The form around is the search itself.
    event.preventDefault();
    add();
  };
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2">
      <Choice
        label="Filter by"
        value={qualifier}
        onChoose={setQualifier}
        options={choices.map((each) => ({ value: each.qualifier, label: each.label }))}
      />
      {qualifier !== "created" && <Choice label="Is or is not" value={sign} onChoose={setSign} options={SIGNS} />}
      {choice?.options ? (
        <Choice label="Value" value={value} onChoose={setTyped} options={choice.options} />
      ) : (
        <input
          aria-label="Value"
          aria-describedby={exampleId}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKeyDown}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          className={`${FIELD} px-2.5 max-sm:w-full sm:w-72`}
        />
      )}
      <Button onClick={add} pending={isPending}>
        <Plus size={14} aria-hidden />
        Add filter
      </Button>
      <span id={exampleId} className="text-label text-muted">
        {choice?.example}
      </span>
    </div>
  );
}

const SIGNS = [
  { value: "", label: "is" },
  { value: "-", label: "is not" },
];

type ChoiceProps = {
  label: string;
  value: string;
  onChoose: (value: string) => void;
  options: { value: string; label: string }[];
};

/** In the look of the other filters. */
function Choice({ label, value, onChoose, options }: ChoiceProps) {
  return (
    <span className={`relative flex items-center ${FIELD}`}>
      <select
        aria-label={label}
        value={value}
        onChange={(event) => onChoose(event.target.value)}
        className="h-full max-w-80 min-w-0 appearance-none truncate rounded-md bg-transparent pr-7 pl-2.5 font-medium max-sm:max-w-64 [&>option]:bg-raised [&>option]:text-ink"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown size={14} aria-hidden className="pointer-events-none absolute right-2 text-muted" />
    </span>
  );
}
