import type { Metadata } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import "@fontsource-variable/inter";
import { loadEnvironment } from "#features/frame/loaders.ts";
import { tabTitle } from "#ui/environment.ts";
import { type PreferenceName, parsePreference } from "#ui/preference.ts";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
  // Reading a cookie first keeps every page out of the build, where there is no environment to name.
  await cookies();
  const environment = loadEnvironment();
  return {
    title: {
      template: tabTitle(environment, "%s · Reconnect Desk"),
      default: tabTitle(environment, "Reconnect Desk"),
    },
    icons: { icon: { url: `/environment-icon?of=${environment}`, type: "image/svg+xml" } },
    robots: { index: false, follow: false },
    referrer: "no-referrer",
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const chosen = <Name extends PreferenceName>(name: Name) => parsePreference(name, jar.get(name)?.value);
  return (
    <html
      lang="en"
      data-theme={chosen("theme")}
      data-density={chosen("density")}
      data-rail={chosen("rail")}
      data-keys={chosen("keys")}
    >
      <body>{children}</body>
    </html>
  );
}
