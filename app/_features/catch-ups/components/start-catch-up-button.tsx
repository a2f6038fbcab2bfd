"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "#ui/button.tsx";
import { startCatchUpAction } from "../actions.ts";

export function StartCatchUpButton() {
  const router = useRouter();
  const [said, setSaid] = useState("");
  const [isPending, startTransition] = useTransition();

  const press = () =>
    startTransition(async () => {
      const result = await startCatchUpAction({});
      if (!result.ok) setSaid(result.error.message);
      else setSaid(result.value.isNew ? "Reading has started." : "It is being read already.");
      router.refresh();
    });

  return (
    <div className="flex flex-wrap items-center gap-y-1">
      <p role="status" className="mr-3 text-muted text-table empty:mr-0">
        {said}
      </p>
      <Button size="small" pending={isPending} onClick={press}>
        Read events now
      </Button>
    </div>
  );
}
