"use client";

import { Button } from "./button.tsx";
import { Kbd } from "./kbd.tsx";
import { runShortcut } from "./keyboard.tsx";

export function KeyboardHelpButton() {
  return (
    <Button
      tone="quiet"
      size="small"
      popoverTarget="person-menu"
      popoverTargetAction="hide"
      onClick={() => runShortcut("?")}
    >
      Keyboard <Kbd keys="?" />
    </Button>
  );
}
