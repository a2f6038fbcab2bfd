"use client";

import { useEffect, useRef } from "react";

type FilterTextProps = {
  label: string;
  name: string;
  value: string;
  type?: "text" | "datetime-local";
  /** Characters in view. */
  size?: number;
};

/** A filter that is typed; takes effect with the form's button or Enter. */
export function FilterText({ label, name, value, type = "text", size }: FilterTextProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.value = value;
  }, [value]);
  return (
    <label className="flex h-8 min-w-0 items-center gap-2 rounded-md border border-control bg-canvas pl-2.5 text-table hover:bg-hover max-sm:w-full">
      <span className="flex-none text-muted">{label}</span>
      <input
        ref={input}
        type={type}
        size={size}
        name={name}
        defaultValue={value}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        className="h-full min-w-0 flex-1 rounded-md bg-transparent pr-2 focus-visible:outline-offset-0"
      />
    </label>
  );
}
