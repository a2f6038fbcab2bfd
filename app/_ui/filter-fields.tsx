"use client";

import { ChevronDown, Search } from "lucide-react";
import { type RefObject, useEffect, useRef } from "react";
import { Kbd } from "./kbd.tsx";
import { useShortcut } from "./keyboard.tsx";

type SearchFieldProps = {
  /** "Search by name, e-mail or id": both the label and the placeholder. */
  label: string;
  /** What the address says now. */
  value: string;
  name?: string;
  /** As wide as there is room, for a search of several words. */
  isWide?: boolean;
  maxLength?: number;
};
type FilterSelectProps = {
  /** The noun of the filter, shown before the choice: "Partner". */
  label: string;
  name: string;
  /** What the address says now; empty means any. */
  value: string;
  options: { value: string; label: string; count?: number }[];
};

const FIELD = "h-8 rounded-md border border-control bg-canvas text-table hover:bg-hover";

/** Searches on Enter; `/` puts the cursor into it. */
export function SearchField({ label, value, name = "q", isWide = false, maxLength = 200 }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useFollowAddress(input, value);
  useShortcut({
    keys: "/",
    label: "Search",
    run: () => {
      input.current?.focus();
      input.current?.select();
    },
  });
  return (
    <div
      className={`relative w-full ${isWide ? "sm:max-w-3xl sm:flex-[1_1_20rem]" : "sm:max-w-72 sm:flex-[1_1_13rem]"}`}
    >
      <Search size={14} aria-hidden className="pointer-events-none absolute top-[9px] left-2.5 text-muted" />
      <input
        ref={input}
        type="search"
        name={name}
        defaultValue={value}
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        maxLength={maxLength}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        className={`peer w-full text-ellipsis pr-8 pl-8 ${FIELD} focus-visible:outline-offset-0`}
      />
      <span className="pointer-events-none absolute top-1.5 right-1.5 hidden peer-focus:hidden peer-placeholder-shown:sm:block">
        <Kbd keys="/" />
      </span>
    </div>
  );
}

/** A choice that takes effect at once. An empty choice named "Any" is added. */
export function FilterSelect({ label, name, value, options }: FilterSelectProps) {
  const select = useRef<HTMLSelectElement>(null);
  useFollowAddress(select, value);
  return (
    <label
      className={`relative flex min-w-0 max-sm:flex-auto items-center pl-2.5 ${FIELD} ${value ? "border-accent" : ""}`}
    >
      <span className="flex-none text-muted">{label}</span>
      <select
        ref={select}
        name={name}
        defaultValue={value}
        onChange={(event) => event.currentTarget.form?.requestSubmit()}
        className="-ml-1 h-full max-w-52 min-w-0 field-sizing-content max-sm:w-full appearance-none truncate rounded-md bg-transparent pr-7 pl-2.5 font-medium [&>option]:bg-raised [&>option]:text-ink"
      >
        <option value="">Any</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.count === undefined ? option.label : `${option.label} (${option.count.toLocaleString("en")})`}
          </option>
        ))}
      </select>
      <ChevronDown size={14} aria-hidden className="pointer-events-none absolute right-2 text-muted" />
    </label>
  );
}

/** The field keeps what a person is typing, and takes the address's value when that changes by other means (back, a chip). */
function useFollowAddress(field: RefObject<HTMLInputElement | HTMLSelectElement | null>, value: string): void {
  useEffect(() => {
    if (field.current) field.current.value = value;
  }, [field, value]);
}
