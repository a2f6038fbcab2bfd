import type { SweepScreen } from "../loaders.ts";
import { SweepControls } from "./sweep-controls.tsx";

/** What this person may do about sweeps now, or the reason why not. */
export function SweepOperation({ screen }: { screen: SweepScreen }) {
  const { standing, callsPerSecond, refusal } = screen;
  const { sweep, calls } = standing;
  if (refusal) return <p className="max-w-[38ch] text-muted text-table text-pretty">{refusalWords(refusal)}</p>;
  const isLive = sweep?.state === "running" || sweep?.state === "paused";
  const live = isLive ? { sweepId: sweep.id, mode: sweep.mode, isPaused: sweep.state === "paused" } : null;
  return <SweepControls live={live} calls={calls} callsPerSecond={callsPerSecond} />;
}

function refusalWords({ role, allowedRoles }: NonNullable<SweepScreen["refusal"]>): string {
  const others = new Intl.ListFormat("en", { type: "conjunction" }).format(allowedRoles.map((each) => `${each}s`));
  const whoMay = allowedRoles.length === 0 ? "nobody may in this environment" : `${others} may`;
  return `Your role (${role}) may not start, pause or cancel sweeps; ${whoMay}.`;
}
