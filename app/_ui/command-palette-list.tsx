"use client";

import { Command } from "cmdk";
import { useState } from "react";

type CommandPaletteListProps = {
  items: { label: string; href: string }[];
  searchHref: string;
  onGo: (href: string) => void;
};

const SEARCH_ENTRY = "search-for-the-typed-words";
const ITEM = "flex h-9 items-center gap-2 truncate rounded-md px-2.5 aria-selected:bg-selected";

export function CommandPaletteList({ items, searchHref, onGo }: CommandPaletteListProps) {
  const [words, setWords] = useState("");
  const trimmed = words.trim();
  return (
    <Command label="Pages and search" loop filter={score}>
      <Command.Input
        autoFocus
        value={words}
        onValueChange={setWords}
        placeholder="Page, customer, e-mail or id"
        className="h-9 w-full rounded-md border border-control bg-canvas px-2.5 focus-visible:outline-offset-0"
      />
      <Command.List label="Suggestions" className="mt-2 max-h-72 min-h-36 overflow-y-auto">
        {items.map((item) => (
          <Command.Item key={item.href} value={item.label} onSelect={() => onGo(item.href)} className={ITEM}>
            {item.label}
          </Command.Item>
        ))}
        {trimmed && (
          <Command.Item
            forceMount
            value={SEARCH_ENTRY}
            onSelect={() => onGo(`${searchHref}${encodeURIComponent(trimmed)}`)}
            className={ITEM}
          >
            <span className="truncate">
              <span className="text-muted">Search for</span> {trimmed}
            </span>
          </Command.Item>
        )}
      </Command.List>
    </Command>
  );
}

/** Pages whose name holds the words come first, then the search for them. */
function score(value: string, words: string): number {
  if (value === SEARCH_ENTRY) return 0.1;
  return value.toLowerCase().includes(words.trim().toLowerCase()) ? 1 : 0;
}
