"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "#ui/button.tsx";
import { playScenarioAction } from "../actions.ts";
import type { PlayRefusal } from "../mutations.ts";

const REFUSALS: Record<PlayRefusal, string> = {
  simulator_away: "The simulator does not answer.",
  no_such_scenario: "There is no such scenario any more.",
  not_readable: "Its file says something that no scenario can say.",
  too_long: "More time passes in it than anybody would wait for: play it with the command.",
  another_under_way: "Another one is being played. Wait for its end.",
};

export function PlayButton({ name, isUnderWay }: { name: string; isUnderWay: boolean }) {
  const router = useRouter();
  const [problem, setProblem] = useState("");
  const [isPending, startTransition] = useTransition();
  const press = () =>
    startTransition(async () => {
      const answer = await playScenarioAction({ name }).catch(() => null);
      if (!answer) setProblem("The desk did not answer.");
      else if (!answer.ok) setProblem(answer.error.message);
      else setProblem(answer.value.ok ? "" : REFUSALS[answer.value.reason]);
      router.refresh();
    });
  return (
    <div>
      <Button tone="primary" pending={isPending || isUnderWay} onClick={press}>
        Play it here
      </Button>
      <p role="alert" className="mt-1 text-broken text-table empty:hidden">
        {problem}
      </p>
    </div>
  );
}
