"use client";

import { PanelLeft } from "lucide-react";
import { usePreference } from "./use-preference.ts";

/** Narrows the rail to its icons and back. */
export function RailSwitch() {
  const [rail, choose] = usePreference("rail");
  const isCollapsed = rail === "collapsed";
  const label = isCollapsed ? "Widen the rail" : "Narrow the rail";
  return (
    <button
      type="button"
      title={label}
      onClick={() => choose(isCollapsed ? "wide" : "collapsed")}
      className="rail-link rail-switch"
    >
      <PanelLeft size={16} aria-hidden />
      <span className="rail-words truncate">{label}</span>
    </button>
  );
}
