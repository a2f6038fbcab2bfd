"use client";

import { type ReactNode, useEffect, useRef } from "react";

type NewestInSightProps = {
  /** Changes when something new stands at the top. */
  newest: string | undefined;
  children: ReactNode;
};

/** A list that scrolls by itself, newest first. Something new brings the top back, unless somebody is reading further down. */
export function NewestInSight({ newest, children }: NewestInSightProps) {
  const room = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new is what it is about
  useEffect(() => {
    const element = room.current;
    if (element && !element.matches(":hover, :focus-within")) element.scrollTop = 0;
  }, [newest]);
  return (
    <section
      ref={room}
      // A part that scrolls has to be reachable by keys.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      aria-label="Time line"
      className="max-h-[45dvh] overflow-y-auto overscroll-y-auto -outline-offset-2 @4xl:max-h-none @4xl:min-h-0"
    >
      {children}
    </section>
  );
}
