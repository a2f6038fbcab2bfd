import type { ReactNode } from "react";
import type { Environment } from "#domain/permissions.ts";
import { CommandPalette } from "./command-palette.tsx";
import { EnvironmentBar } from "./environment-bar.tsx";
import { Keyboard } from "./keyboard.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { ProductMark } from "./product-mark.tsx";
import { RailLink } from "./rail-link.tsx";
import { RailSwitch } from "./rail-switch.tsx";

export type NavigationItem = {
  href: string;
  label: string;
  icon: ReactNode;
  /** Where the addresses begin that belong to this page too: what opens from its rows. */
  alsoAt?: readonly string[];
  /** Only where it means work. */
  count?: number;
  /** Pressed after `g`. */
  jumpKey?: string;
};
type PageFrameProps = {
  environment: Environment;
  navigation: NavigationItem[];
  person: { name: string; role: string };
  /** A form with its button. */
  signOut: ReactNode;
  /** Where the palette searches; the typed words are added at its end. Without it there is no palette. */
  searchHref?: string;
  /** A `FrameBanner` while there is something to say on every page. It may come and go. */
  banner?: ReactNode;
  children: ReactNode;
};

/** What stands around every page: the environment in words, the pages this person may open, the person. */
export function PageFrame({ environment, navigation, person, signOut, searchHref, banner, children }: PageFrameProps) {
  const destinations = navigation.map(({ href, label }) => ({ href, label }));
  return (
    <div className="page-frame" data-environment={environment}>
      <a
        href="#content"
        data-screen-only
        className="fixed top-1 left-1 z-50 -translate-y-12 rounded-md bg-accent-fill px-3 py-1.5 text-on-fill focus:translate-y-0"
      >
        Skip to content
      </a>
      <EnvironmentBar environment={environment} />
      <div role="status" className="frame-banner">
        {banner}
      </div>
      <header className="rail" data-screen-only>
        <div className="rail-brand">
          <ProductMark />
          <span className="rail-words min-w-0 flex-1 leading-4">
            <span className="block truncate font-semibold">Reconnect Desk</span>
            {environment === "production" && <span className="block text-label text-muted">production</span>}
          </span>
        </div>
        <nav aria-label="Pages">
          <ul className="rail-pages">
            {navigation.map((item) => (
              <li key={item.href}>
                <RailLink
                  href={item.href}
                  label={item.label}
                  icon={item.icon}
                  count={item.count}
                  alsoAt={item.alsoAt ?? []}
                />
              </li>
            ))}
          </ul>
        </nav>
        <div className="rail-person">
          <RailSwitch />
          <PersonMenu person={person} signOut={signOut} />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Keyboard destinations={destinationKeys(navigation)} />
      {searchHref && <CommandPalette items={destinations} searchHref={searchHref} />}
    </div>
  );
}

function destinationKeys(navigation: NavigationItem[]) {
  return navigation.flatMap(({ jumpKey, label, href }) => (jumpKey ? [{ keys: `g ${jumpKey}`, label, href }] : []));
}
