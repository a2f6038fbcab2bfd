"use client";

import { type FormEvent, useId, useState } from "react";
import type { Role } from "#domain/permissions.ts";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { TextField } from "#ui/field.tsx";
import { RadioCards } from "#ui/radio-cards.tsx";
import { addStaffMemberAction } from "../actions.ts";
import { StaffProblem } from "./staff-problem.tsx";
import { ROLE_CHOICES } from "./staff-words.ts";
import { useStaffChange } from "./use-staff-change.ts";

export function AddStaffMember() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button tone="primary" onClick={() => setIsOpen(true)}>
        Add staff member
      </Button>
      {isOpen && <AddStaffMemberDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}

function AddStaffMemberDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const { isPending, problem, run } = useStaffChange(onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    run(() => addStaffMemberAction({ email: text("email"), name: text("name"), role: text("role") as Role }));
  };
  const wrong = problem?.fieldErrors;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add staff member"
      description="The person can sign in at once. No mail is sent."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" pending={isPending}>
            Add staff member
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <StaffProblem problem={problem} />
        <TextField
          label="E-mail"
          name="email"
          type="email"
          required
          autoComplete="off"
          hint="As the company's sign-in knows it"
          error={wrong?.email?.[0]}
        />
        <TextField label="Name" name="name" required autoComplete="off" error={wrong?.name?.[0]} />
        <RadioCards legend="Role" name="role" options={ROLE_CHOICES} defaultValue="agent" error={wrong?.role?.[0]} />
      </form>
    </Dialog>
  );
}
