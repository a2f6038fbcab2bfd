import type { Environment } from "#domain/permissions.ts";

const WORDS = {
  simulator: {
    name: "Simulator",
    meaning: "A local stand-in for Dwolla. No bank and no customer here is real.",
    looks: "bg-simulator text-on-simulator",
  },
  sandbox: {
    name: "Sandbox",
    meaning: "Dwolla’s sandbox. Test data only; nothing here reaches a real bank.",
    looks: "bg-sandbox text-on-sandbox",
  },
};

/** Makes simulator and sandbox impossible to mistake for production, where there is no bar. */
export function EnvironmentBar({ environment }: { environment: Environment }) {
  if (environment === "production") {
    return null;
  }
  const { name, meaning, looks } = WORDS[environment];
  return (
    <aside
      aria-label="Environment"
      className={`sticky top-0 z-30 flex h-7 items-center gap-2 px-4 text-label ${looks}`}
    >
      <strong className="font-semibold">{name}</strong>
      <span className="truncate">{meaning}</span>
    </aside>
  );
}
