"use client";

import { signOut } from "next-auth/react";
import { useTransition } from "react";
import { Button } from "#ui/button.tsx";

export function SignOutButton() {
  const [isPending, startTransition] = useTransition();
  const leave = () =>
    startTransition(async () => {
      await signOut({ callbackUrl: "/sign-in" });
    });
  return (
    <Button tone="quiet" size="small" pending={isPending} onClick={leave}>
      Sign out
    </Button>
  );
}
