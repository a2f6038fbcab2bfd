"use server";

import { defineAction } from "#platform/action.ts";
import { auditorDb } from "#platform/db.ts";
import { approvePurge, requestPurge, withdrawPurge } from "./mutations.ts";
import { decidePurgeInput, requestPurgeInput } from "./schema.ts";

export const requestPurgeAction = defineAction({
  action: "audit.purge_requested",
  permission: "audit_purge:request",
  input: requestPurgeInput,
  run: requestPurge,
});

export const approvePurgeAction = defineAction({
  action: "audit.purge_approved",
  permission: "audit_purge:approve",
  input: decidePurgeInput,
  run: ({ ctx, input }) => approvePurge({ ctx: { ...ctx, auditorDb: auditorDb() }, input }),
});

export const withdrawPurgeAction = defineAction({
  action: "audit.purge_withdrawn",
  permission: "audit_purge:approve",
  input: decidePurgeInput,
  run: withdrawPurge,
});
