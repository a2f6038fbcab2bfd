"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, type ReactNode, useTransition } from "react";
import { Button } from "./button.tsx";

type FilterBarProps = {
  /** The list's own path, such as "/". */
  action: string;
  /** What the search is about, for screen readers: "Filter the worklist". */
  label: string;
  /** Address parameters that a new filter keeps, such as the sort. Paging is left out, so that a filter starts at the first page. */
  keep?: Record<string, string | undefined>;
  /** `SearchField` and `FilterSelect` parts. */
  children: ReactNode;
  /** At the right end: export, display. */
  end?: ReactNode;
};

/** One GET form: every filter is in the address. Works without JavaScript; with it, empty parameters stay out of the address. */
export function FilterBar({ action, label, keep = {}, children, end }: FilterBarProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const query = filledParameters(new FormData(event.currentTarget));
    startTransition(() => router.push(query ? `${action}?${query}` : action));
  };
  return (
    <search aria-label={label} data-screen-only>
      <form
        action={action}
        method="get"
        onSubmit={submit}
        aria-busy={isPending}
        className="mb-2 flex flex-wrap items-center gap-2"
      >
        {Object.entries(keep).map(
          ([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />,
        )}
        {children}
        <noscript>
          <Button type="submit">Apply</Button>
        </noscript>
        {end && <div className="ml-auto flex gap-2">{end}</div>}
      </form>
    </search>
  );
}

function filledParameters(form: FormData): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of form) {
    if (typeof value === "string" && value.trim() !== "") parameters.append(name, value.trim());
  }
  return parameters.toString();
}
