import type { ReactNode } from "react";
import ConsoleLayout from "../(console)/layout.tsx";

/**
 * The frame of the staff pages, without their `loading.tsx`: where something is shown while a page is awaited, its answer has begun
 * as 200 before it is known that there is no such page.
 */
export default function MissingLayout({ children }: { children: ReactNode }) {
  return <ConsoleLayout panel={null}>{children}</ConsoleLayout>;
}
