import type { Permission, Role } from "./permissions.ts";

/** What the edge tells the person; the cause goes to the log only. A code exists because some caller branches on it. */
export type AppErrorCode = "unauthenticated" | "forbidden" | "not_found" | "invalid_input" | "too_many" | "unavailable";

export class AppError extends Error {
  override name = "AppError";
  readonly code: AppErrorCode;

  constructor(code: AppErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export class ForbiddenError extends AppError {
  override name = "ForbiddenError";
  readonly role: Role;
  readonly permission: Permission;
  readonly allowedRoles: readonly Role[];

  constructor(refusal: { role: Role; permission: Permission; allowedRoles: readonly Role[] }) {
    const others = refusal.allowedRoles.join(" or ");
    super("forbidden", `Your role (${refusal.role}) may not do this${others ? `; ${others} may` : ""}.`);
    this.role = refusal.role;
    this.permission = refusal.permission;
    this.allowedRoles = refusal.allowedRoles;
  }
}
