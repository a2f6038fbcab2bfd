"use client";

import { Button, ButtonLink } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { MessageScreen } from "./message-screen.tsx";

type ErrorScreenProps = { error: unknown; retry: () => void };

/** For the `error.tsx` files: what failed, whether trying again is safe, and the id that finds it in the log. */
export function ErrorScreen({ error, retry }: ErrorScreenProps) {
  const requestId = digestOf(error);
  return (
    <MessageScreen
      title="This page could not be shown"
      actions={
        <>
          <Button tone="primary" onClick={retry}>
            Try again
          </Button>
          <ButtonLink href="/">Go to the first page</ButtonLink>
        </>
      }
    >
      <p>Something failed on our side while reading. Trying again is safe: it only reads.</p>
      {requestId && (
        <p className="mt-2 flex items-center gap-1 text-label">
          Error id <code className="font-mono">{requestId}</code>
          <CopyButton value={requestId} label="error id" />
        </p>
      )}
    </MessageScreen>
  );
}

function digestOf(error: unknown): string | undefined {
  const hasDigest = error instanceof Error && "digest" in error && typeof error.digest === "string";
  return hasDigest ? String(error.digest) : undefined;
}
