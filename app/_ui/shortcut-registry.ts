/** Which keys do what on the screen that is open. Plain state, so that any leaf can add its keys and the help can list them. */
export type ShortcutGroup = "Everywhere" | "Go to" | "On this screen";
export type Shortcut = {
  /** As `KeyboardEvent.key`; two keys after one another are split by a space: `"g w"`. */
  keys: string;
  label: string;
  group: ShortcutGroup;
  run: () => void;
};

const SEQUENCE_TIMEOUT_MS = 1_000;

let shortcuts: readonly Shortcut[] = [];
const listeners = new Set<() => void>();
let pressedFirst: { key: string; at: number } | null = null;

export function addShortcut(shortcut: Shortcut): () => void {
  publish([...shortcuts, shortcut]);
  return () => publish(shortcuts.filter((other) => other !== shortcut));
}

export function listShortcuts(): readonly Shortcut[] {
  return shortcuts;
}

export function subscribeToShortcuts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Finds what a key press means, counting a first key pressed a moment ago; the part mounted last wins. */
export function matchShortcut(key: string, nowMs: number): Shortcut | undefined {
  const first = pressedFirst !== null && nowMs - pressedFirst.at < SEQUENCE_TIMEOUT_MS ? pressedFirst.key : null;
  pressedFirst = null;
  const sequence = first === null ? undefined : shortcuts.findLast((one) => one.keys === `${first} ${key}`);
  if (sequence) {
    return sequence;
  }
  if (shortcuts.some((one) => one.keys.startsWith(`${key} `))) {
    pressedFirst = { key, at: nowMs };
  }
  return shortcuts.findLast((one) => one.keys === key);
}

function publish(next: readonly Shortcut[]): void {
  shortcuts = next;
  for (const listener of listeners) {
    listener();
  }
}
