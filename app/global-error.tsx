"use client";

import "./globals.css";
import { ErrorScreen } from "#ui/error-screen.tsx";

/** Stands in for the whole document, root layout included; follows the system's light or dark. */
export default function GlobalError(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Reconnect Desk</title>
        <main>
          <ErrorScreen {...props} />
        </main>
      </body>
    </html>
  );
}
