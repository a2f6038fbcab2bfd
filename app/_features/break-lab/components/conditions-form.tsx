"use client";

import { useState } from "react";
import { BREAK_LABELS, PARTNER_BREAKS, SIMULATED_PARTNERS } from "#features/simulator-controls/schema.ts";
import { Button } from "#ui/button.tsx";
import { SelectField, TextField } from "#ui/field.tsx";
import { changeConditionsAction } from "../actions.ts";
import {
  CLOCK_MOVES,
  changeConditionsSchema,
  DWOLLA_TOKEN_SECONDS,
  FAULTS,
  FAULTY_CALLS,
  WEBHOOK_MISCHIEF,
} from "../schema.ts";
import { CALL_WORDS, CLOCK_WORDS, FAULT_WORDS, MISCHIEF_WORDS } from "./lab-words.ts";
import { SaidLine } from "./said-line.tsx";
import { useOperate } from "./use-operate.ts";

const SETS = {
  webhooks: "Webhooks",
  fault: "Some calls",
  latency: "Slow calls",
  limit: "A limit of calls",
  token_life: "Access tokens",
  outage: "All of Dwolla",
  partner: "A whole partner",
  clock: "Time",
} as const;
type SetName = keyof typeof SETS;
const SET_NAMES = Object.keys(SETS) as SetName[];

/** What goes wrong for everybody at the simulated Dwolla: one thing at a time, beside what is set already. */
export function ConditionsForm() {
  const [set, setSet] = useState<SetName>("webhooks");
  const [problem, setProblem] = useState<string>();
  const { isPending, said, press } = useOperate();
  const submit = (form: FormData) => {
    const given = Object.fromEntries(form);
    const { data, error } = changeConditionsSchema.safeParse({ ...given, ...numbersOf(given) });
    setProblem(error?.issues[0]?.message);
    if (data) press(() => changeConditionsAction(data), "Set.");
  };
  return (
    <form action={submit} className="grid gap-3">
      <SelectField
        label="What"
        name="set"
        required
        value={set}
        onChange={(event) => setSet(SET_NAMES.find((name) => name === event.target.value) ?? set)}
        options={SET_NAMES.map((value) => ({ value, label: SETS[value] }))}
      />
      <ConditionFields key={set} set={set} problem={problem} />
      <div>
        <Button type="submit" pending={isPending}>
          {set === "clock" ? "Let it pass" : "Set"}
        </Button>
        <SaidLine said={said} />
      </div>
    </form>
  );
}

/** A form knows texts only. */
function numbersOf(given: Record<string, unknown>): Record<string, number> {
  const names = ["ms", "times", "perSecond", "seconds"].filter((name) => name in given);
  return Object.fromEntries(names.map((name) => [name, Number(given[name])]));
}

function ConditionFields({ set, problem }: { set: SetName; problem: string | undefined }) {
  switch (set) {
    case "webhooks":
      return <Choice label="Dwolla’s webhooks" name="mischief" values={WEBHOOK_MISCHIEF} words={MISCHIEF_WORDS} />;
    case "fault":
      return (
        <>
          <Choice label="Calls" name="call" values={FAULTY_CALLS} words={CALL_WORDS} />
          <Choice label="What becomes of them" name="fault" values={FAULTS} words={FAULT_WORDS} />
          <NumberField label="How many" name="times" max={100} defaultValue={1} error={problem} />
        </>
      );
    case "latency":
      return (
        <NumberField
          label="Milliseconds that every call waits"
          name="ms"
          max={5_000}
          defaultValue={500}
          error={problem}
        />
      );
    case "limit":
      return (
        <NumberField
          label="Calls a second"
          name="perSecond"
          max={1_000}
          defaultValue={5}
          hint="One more is answered 429, and so is every call of the next five minutes."
          error={problem}
        />
      );
    case "token_life":
      return (
        <NumberField
          label="Seconds that a new access token lives"
          name="seconds"
          max={DWOLLA_TOKEN_SECONDS - 1}
          defaultValue={5}
          hint="Dwolla’s live an hour. The desk notices when it fetches its next one."
          error={problem}
        />
      );
    case "outage":
      return (
        <Choice
          label="Dwolla"
          name="as"
          values={["down", "hang"]}
          words={{ down: "Cuts every connection off", hang: "Answers nobody" }}
        />
      );
    case "partner":
      return (
        <>
          <Choice label="Partner" name="partner" values={SIMULATED_PARTNERS} />
          <Choice label="What happens to all its links" name="as" values={PARTNER_BREAKS} words={BREAK_LABELS} />
        </>
      );
    case "clock":
      return (
        <Choice
          label="Let pass at Dwolla"
          name="move"
          values={Object.keys(CLOCK_MOVES) as (keyof typeof CLOCK_MOVES)[]}
          words={CLOCK_WORDS}
          hint="Time there only goes forward, and the desk’s own stays: use what is made before, or restart the simulator after."
        />
      );
  }
}

type NumberFieldProps = {
  label: string;
  name: string;
  max: number;
  defaultValue: number;
  hint?: string;
  error: string | undefined;
};

function NumberField(props: NumberFieldProps) {
  return <TextField {...props} type="number" min={1} required />;
}

type ChoiceProps<Value extends string> = {
  label: string;
  name: string;
  values: readonly Value[];
  words?: Record<Value, string>;
  hint?: string;
};

function Choice<Value extends string>({ label, name, values, words, hint }: ChoiceProps<Value>) {
  const options = values.map((value) => ({ value, label: words?.[value] ?? value }));
  return <SelectField label={label} name={name} required options={options} hint={hint} />;
}
