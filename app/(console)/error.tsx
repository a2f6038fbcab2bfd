"use client";

import { ErrorScreen } from "#ui/error-screen.tsx";

export default function ConsoleError(props: { error: unknown; retry: () => void }) {
  return <ErrorScreen {...props} />;
}
