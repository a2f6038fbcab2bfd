"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "#ui/button.tsx";
import { startSweepAction } from "../actions.ts";

export function StartSweepButton() {
  const router = useRouter();
  const [said, setSaid] = useState("");
  const [isPending, startTransition] = useTransition();

  const press = () =>
    startTransition(async () => {
      const result = await startSweepAction({});
      if (!result.ok) setSaid(result.error.message);
      else setSaid(result.value.isNew ? "The sweep has started." : "A sweep is running already.");
      router.refresh();
    });

  return (
    <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
      <p role="status" className="text-muted text-table">
        {said}
      </p>
      <Button pending={isPending} onClick={press}>
        Start a sweep
      </Button>
    </div>
  );
}
