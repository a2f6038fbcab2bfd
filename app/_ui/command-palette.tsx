"use client";

import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { useShortcut } from "./keyboard.tsx";

type CommandPaletteProps = {
  items: { label: string; href: string }[];
  /** Where typed words are searched: the words are added, encoded, at its end ("/?q="). */
  searchHref: string;
};

const CommandPaletteList = lazy(async () => ({
  default: (await import("./command-palette-list.tsx")).CommandPaletteList,
}));

/** Ctrl or Cmd with K: go to a page, or search. The list itself is fetched on first use. */
export function CommandPalette({ items, searchHref }: CommandPaletteProps) {
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  const close = () => setOpen(false);
  useShortcut({ keys: "Mod+k", label: "Go to or search", group: "Everywhere", run: () => setOpen((was) => !was) });
  const go = (href: string) => {
    close();
    router.push(href);
  };
  return (
    <Dialog open={isOpen} onClose={close} title="Go to or search">
      <Suspense fallback={<div className="h-48" />}>
        <CommandPaletteList items={items} searchHref={searchHref} onGo={go} />
      </Suspense>
    </Dialog>
  );
}
