"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

/** Next keeps a slot's last page when the next address has none for it: away from an exchange or a call, its panel is closed. */
export default function PanelLayout({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  return pathname.startsWith("/exchanges/") || pathname.startsWith("/calls/") ? children : null;
}
