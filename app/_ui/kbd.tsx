const NAMES: Record<string, string> = { Escape: "Esc", "Mod+k": "Ctrl K" };

/** Keys as they stand on a keyboard: `"g w"` becomes two caps. */
export function Kbd({ keys }: { keys: string }) {
  const caps = NAMES[keys]?.split(" ") ?? keys.split(" ");
  return (
    <span className="inline-flex gap-1">
      {caps.map((cap) => (
        <kbd
          key={cap}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-edge bg-sunken px-1 font-sans text-label text-muted"
        >
          {NAMES[cap] ?? cap}
        </kbd>
      ))}
    </span>
  );
}
