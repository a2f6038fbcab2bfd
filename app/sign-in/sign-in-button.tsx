"use client";

import { signIn } from "next-auth/react";
import { useTransition } from "react";
import { Button } from "#ui/button.tsx";

export function SignInButton() {
  const [isPending, startTransition] = useTransition();
  const enter = () =>
    startTransition(async () => {
      await signIn("oidc", { callbackUrl: "/" });
    });
  return (
    <Button tone="primary" pending={isPending} onClick={enter}>
      Continue with your company account
    </Button>
  );
}
