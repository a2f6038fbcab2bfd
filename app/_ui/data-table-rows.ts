"use client";

import { type RefObject, useEffect } from "react";
import { useShortcut } from "./keyboard.tsx";

type TableRef = RefObject<HTMLTableElement | null>;

/** `j` and `k` move the browser's own focus from row link to row link, so that Enter opens without any code. */
export function useRowKeys(table: TableRef, enabled: boolean): void {
  useShortcut({ keys: "j", label: "Next row (Enter opens it)", enabled, run: () => moveFocus(table.current, 1) });
  useShortcut({ keys: "k", label: "Previous row", enabled, run: () => moveFocus(table.current, -1) });
}

/** A press anywhere on a row opens it, unless it met a control or ended a text selection. */
export function useRowPress(table: TableRef): void {
  useEffect(() => {
    const element = table.current;
    const open = (event: MouseEvent) => {
      const link = pressedRowLink(event);
      if (!link) return;
      if (event.ctrlKey || event.metaKey || event.button === 1) {
        window.open(link.href, "_blank", "noopener");
      } else if (event.button === 0) {
        link.click();
      }
    };
    element?.addEventListener("click", open);
    element?.addEventListener("auxclick", open);
    return () => {
      element?.removeEventListener("click", open);
      element?.removeEventListener("auxclick", open);
    };
  });
}

/** Cells keep to one line; what is cut off is whole on hover. */
export function useWholeTextOnHover(table: TableRef): void {
  useEffect(() => {
    const element = table.current;
    element?.addEventListener("pointerover", nameCutCell);
    return () => element?.removeEventListener("pointerover", nameCutCell);
  });
}

function moveFocus(table: HTMLTableElement | null, step: 1 | -1): void {
  const links = [...(table?.querySelectorAll<HTMLElement>("[data-row-link]") ?? [])];
  const focused = links.indexOf(document.activeElement as HTMLElement);
  const opened = links.findIndex((link) => link.closest("tr[aria-current]"));
  const from = focused >= 0 ? focused : opened;
  const next = links[from < 0 ? 0 : from + step];
  next?.focus({ focusVisible: true } as FocusOptions);
  next?.closest("tr")?.scrollIntoView({ block: "nearest" });
}

function pressedRowLink(event: MouseEvent): HTMLAnchorElement | null {
  const target = event.target;
  if (!(target instanceof Element) || target.closest("a, button, input, label, select, summary")) return null;
  if (window.getSelection()?.isCollapsed === false) return null;
  return target.closest("tr[data-row-href]")?.querySelector<HTMLAnchorElement>("a[data-row-link]") ?? null;
}

function nameCutCell(event: PointerEvent): void {
  const cell = event.target instanceof Element ? event.target.closest("td") : null;
  if (!cell) return;
  const isCut = [cell, ...cell.querySelectorAll("*")].some(
    (part) =>
      part.clientWidth > 0 &&
      (part.scrollWidth > part.clientWidth + 1 ||
        (part.matches(".one-line") && part.scrollHeight > part.clientHeight + 4)),
  );
  if (isCut) {
    cell.title = cell.textContent ?? "";
  } else {
    cell.removeAttribute("title");
  }
}
