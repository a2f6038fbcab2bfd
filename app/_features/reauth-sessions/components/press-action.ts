import type { ActionError, ActionResult } from "#platform/action.ts";

/** Runs a server action; a connection that broke on the way becomes words as well. */
export async function pressAction<Value>(press: () => Promise<ActionResult<Value>>): Promise<ActionResult<Value>> {
  try {
    return await press();
  } catch {
    return { ok: false, error: CONNECTION_LOST };
  }
}

const CONNECTION_LOST: ActionError = {
  code: "unavailable",
  message: "The desk did not answer. Pressing again is safe: the same press is never carried out twice.",
  requestId: "",
};
