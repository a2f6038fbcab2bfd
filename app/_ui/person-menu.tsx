import type { ReactNode } from "react";
import { KeyboardHelpButton } from "./keyboard-help-button.tsx";
import { PreferenceChoice } from "./preference-choice.tsx";

type PersonMenuProps = { person: { name: string; role: string }; signOut: ReactNode };

/** Who is signed in, and what only concerns that person: looks, keyboard, leaving. A native popover: it closes on Esc and beside it. */
export function PersonMenu({ person, signOut }: PersonMenuProps) {
  return (
    <>
      <button
        type="button"
        popoverTarget="person-menu"
        title={`${person.name}, ${person.role}`}
        className="rail-link h-auto w-full py-1.5 text-left max-md:h-[3.25rem]"
      >
        <span
          aria-hidden
          className="-mx-1 flex size-6 flex-none items-center justify-center rounded-full bg-selected font-semibold text-accent text-label"
        >
          {initial(person.name)}
        </span>
        <span className="rail-words rail-wide-only min-w-0 leading-4">
          <span className="block truncate text-ink text-table">{person.name}</span>
          <span className="block truncate font-normal text-label">{person.role}</span>
        </span>
        <span aria-hidden className="rail-words rail-narrow-only truncate">
          You
        </span>
      </button>
      <div
        popover="auto"
        id="person-menu"
        role="dialog"
        aria-label="You and your settings"
        className="person-menu rounded-md bg-raised text-ink shadow-raised"
      >
        <div className="flex flex-col gap-3 p-3">
          <p className="leading-5">
            <span className="block font-medium wrap-anywhere">{person.name}</span>
            <span className="block text-muted text-table">{person.role}</span>
          </p>
          <PreferenceChoice
            name="theme"
            legend="Theme"
            options={[
              { value: "system", label: "System" },
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
            ]}
          />
          <PreferenceChoice
            name="density"
            legend="Rows"
            options={[
              { value: "comfortable", label: "Comfortable" },
              { value: "compact", label: "Compact" },
            ]}
          />
        </div>
        <div className="flex items-center justify-between gap-2 border-line border-t p-2">
          <KeyboardHelpButton />
          {signOut}
        </div>
      </div>
    </>
  );
}

function initial(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? "?";
}
