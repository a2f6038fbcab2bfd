"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Dialog } from "./dialog.tsx";
import { Kbd } from "./kbd.tsx";
import { PreferenceChoice } from "./preference-choice.tsx";
import {
  addShortcut,
  listShortcuts,
  matchShortcut,
  type Shortcut,
  type ShortcutGroup,
  subscribeToShortcuts,
} from "./shortcut-registry.ts";
import { readPreference } from "./use-preference.ts";

type UseShortcutOptions = { keys: string; label: string; run: () => void; group?: ShortcutGroup; enabled?: boolean };
type KeyboardProps = { destinations: { keys: string; label: string; href: string }[] };

const NO_SHORTCUTS: readonly Shortcut[] = [];
const GROUPS: ShortcutGroup[] = ["On this screen", "Go to", "Everywhere"];

/** Gives the mounted part a key. It stays silent in fields, under a dialog, and when the person turned single keys off. */
export function useShortcut({ keys, label, run, group = "On this screen", enabled = true }: UseShortcutOptions): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    return enabled ? addShortcut({ keys, label, group, run: () => latest.current() }) : undefined;
  }, [keys, label, group, enabled]);
}

/** The one listener of the window, the page jumps, and the help that `?` opens. Rendered once, by the frame. */
export function Keyboard({ destinations }: KeyboardProps) {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const router = useRouter();
  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  useEffect(() => {
    const removals = destinations.map(({ keys, label, href }) =>
      addShortcut({ keys, label, group: "Go to", run: () => router.push(href) }),
    );
    return () => {
      for (const remove of removals) remove();
    };
  }, [destinations, router]);
  useShortcut({ keys: "?", label: "This help", group: "Everywhere", run: () => setHelpOpen(true) });

  return (
    <Dialog open={isHelpOpen} onClose={() => setHelpOpen(false)} title="Keyboard">
      <ShortcutList />
      <div className="mt-5 border-line border-t pt-4">
        <PreferenceChoice
          name="keys"
          legend="Single keys (Ctrl K and Esc always work)"
          options={[
            { value: "on", label: "On" },
            { value: "off", label: "Off" },
          ]}
        />
      </div>
    </Dialog>
  );
}

/** Runs what a key would run, for people who use the mouse: `runShortcut("?")`. */
export function runShortcut(keys: string): void {
  listShortcuts()
    .findLast((shortcut) => shortcut.keys === keys)
    ?.run();
}

function ShortcutList() {
  const shortcuts = useSyncExternalStore(subscribeToShortcuts, listShortcuts, () => NO_SHORTCUTS);
  return (
    <div className="flex flex-col gap-4">
      {GROUPS.map((group) => {
        const ofGroup = shortcuts.filter((shortcut) => shortcut.group === group);
        if (ofGroup.length === 0) return null;
        return (
          <section key={group}>
            <h3 className="mb-1 text-label text-muted">{group}</h3>
            <dl>
              {ofGroup.map((shortcut) => (
                <div key={shortcut.keys} className="flex items-center justify-between gap-4 py-1">
                  <dt>{shortcut.label}</dt>
                  <dd>
                    <Kbd keys={shortcut.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </div>
  );
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const isModified = event.ctrlKey || event.metaKey;
  const isPrintable = event.key.length === 1;
  if (!isModified && (isTyping(event.target) || isCovered())) return;
  if (!isModified && isPrintable && readPreference("keys") === "off") return;
  const shortcut = matchShortcut(isModified ? `Mod+${event.key.toLowerCase()}` : event.key, event.timeStamp);
  if (shortcut) {
    event.preventDefault();
    shortcut.run();
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

function isCovered(): boolean {
  return document.querySelector("dialog:modal, :popover-open") !== null;
}
