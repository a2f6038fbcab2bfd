"use client";

import type { ComponentProps } from "react";
import { useFormStatus } from "react-dom";
import { Button } from "./button.tsx";

/** The submit button of the form around it: shows the form's own progress. */
export function SubmitButton({ tone = "primary", ...rest }: Omit<ComponentProps<typeof Button>, "type" | "pending">) {
  const { pending } = useFormStatus();
  return <Button {...rest} type="submit" tone={tone} pending={pending} />;
}
