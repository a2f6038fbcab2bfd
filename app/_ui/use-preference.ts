"use client";

import { useCallback, useSyncExternalStore } from "react";
import { type PreferenceName, type PreferenceValue, parsePreference, preferenceChoices } from "./preference.ts";

const ONE_YEAR_SECONDS = 31_536_000;
const changed = new EventTarget();

/** The choice as it stands on `<html data-…>`, and a setter that also writes the cookie for the next page. */
export function usePreference<Name extends PreferenceName>(
  name: Name,
): [PreferenceValue<Name>, (value: PreferenceValue<Name>) => void] {
  const value = useSyncExternalStore<PreferenceValue<Name>>(
    subscribe,
    () => readPreference(name),
    () => preferenceChoices[name][0],
  );
  const choose = useCallback((next: PreferenceValue<Name>) => writePreference(name, next), [name]);
  return [value, choose];
}

export function readPreference<Name extends PreferenceName>(name: Name): PreferenceValue<Name> {
  return parsePreference(name, document.documentElement.dataset[name]);
}

function writePreference(name: PreferenceName, value: string): void {
  document.documentElement.dataset[name] = value;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is absent where the desk is served over plain http.
  document.cookie = `${name}=${value}; path=/; max-age=${ONE_YEAR_SECONDS}; samesite=lax`;
  changed.dispatchEvent(new Event("change"));
}

function subscribe(listener: () => void): () => void {
  changed.addEventListener("change", listener);
  return () => changed.removeEventListener("change", listener);
}
