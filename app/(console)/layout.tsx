import type { ReactNode } from "react";
import { loadFrame } from "#features/frame/loaders.ts";
import { DwollaBanner } from "#features/reachability/components/dwolla-banner.tsx";
import { ReachabilityProvider } from "#features/reachability/components/reachability-provider.tsx";
import { loadReachability } from "#features/reachability/loaders.ts";
import { PageFrame } from "#ui/page-frame.tsx";
import { Presence } from "#ui/presence.tsx";
import { pagesFor } from "./navigation.tsx";
import { SignOutButton } from "./sign-out-button.tsx";

/** The frame of all staff pages. It is no guard: each loader and each action asks for itself who is there. */
export default async function ConsoleLayout({ children, panel }: { children: ReactNode; panel: ReactNode }) {
  const { actor, environment, hasCallLog, presence } = await loadFrame();
  return (
    <ReachabilityProvider initial={await loadReachability()}>
      <PageFrame
        environment={environment}
        navigation={pagesFor(actor.role, { environment, hasCallLog })}
        person={{ name: actor.name, role: actor.role }}
        signOut={<SignOutButton />}
        searchHref="/?q="
        banner={<DwollaBanner />}
      >
        <Presence href="/api/seen" {...presence} />
        {children}
        {panel}
      </PageFrame>
    </ReachabilityProvider>
  );
}
