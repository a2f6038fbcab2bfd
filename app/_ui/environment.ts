import type { Environment } from "#domain/permissions.ts";

const ICON_COLOURS: Record<Environment, { ground: string; mark: string }> = {
  simulator: { ground: "#6b2fa0", mark: "#ffffff" },
  sandbox: { ground: "#f2b33d", mark: "#2b1a00" },
  production: { ground: "#1b1b20", mark: "#ffffff" },
};

/** "[simulator] Worklist"; production bears no prefix. */
export function tabTitle(environment: Environment, page: string): string {
  const prefix = environment === "production" ? "" : `[${environment}] `;
  return `${prefix}${page}`;
}

/** The product mark, two links about to meet, on the environment's colour. */
export function environmentIcon(environment: Environment): string {
  const { ground, mark } = ICON_COLOURS[environment];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${ground}"/><g fill="none" stroke="${mark}" stroke-width="3" stroke-linecap="round"><path d="M14 9.5h-1.5a6.5 6.5 0 0 0 0 13H14"/><path d="M18 9.5h1.5a6.5 6.5 0 0 1 0 13H18"/><path d="M13.5 16h5"/></g></svg>`;
}
