"use client";

import { useId } from "react";
import type { PreferenceName, PreferenceValue } from "./preference.ts";
import { usePreference } from "./use-preference.ts";

type PreferenceChoiceProps<Name extends PreferenceName> = {
  name: Name;
  legend: string;
  options: { value: PreferenceValue<Name>; label: string }[];
};

/** A row of two or three choices that take effect at once. */
export function PreferenceChoice<Name extends PreferenceName>({ name, legend, options }: PreferenceChoiceProps<Name>) {
  const [chosen, choose] = usePreference(name);
  const group = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-label text-muted">{legend}</legend>
      <div className="flex rounded-md border border-edge p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            className="flex h-6 flex-1 items-center justify-center rounded-sm text-label text-muted hover:text-ink has-checked:bg-selected has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={group}
              value={option.value}
              checked={chosen === option.value}
              onChange={() => choose(option.value)}
              className="sr-only"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
