"use client";

import { signIn } from "next-auth/react";
import { useTransition } from "react";
import { Button } from "#ui/button.tsx";

/** `returnTo`: one of our own pages, as the server read it out of the address. */
export function SignInButton({ returnTo }: { returnTo: string }) {
  const [isPending, startTransition] = useTransition();
  const enter = () =>
    startTransition(async () => {
      await signIn("oidc", { callbackUrl: returnTo });
    });
  return (
    <Button tone="primary" pending={isPending} onClick={enter}>
      Continue with your company account
    </Button>
  );
}
