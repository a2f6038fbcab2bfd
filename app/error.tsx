"use client";

import { ErrorScreen } from "#ui/error-screen.tsx";

export default function RootError(props: { error: unknown; retry: () => void }) {
  return (
    <main>
      <ErrorScreen {...props} />
    </main>
  );
}
