/** The first part of every address of a staff page, beside the worklist at `/`. */
export const STAFF_PAGES = [
  "audit",
  "calls",
  "coverage",
  "customers",
  "exchanges",
  "sandbox",
  "staff",
  "webhooks",
] as const;

/** It travels in a cookie, where each character may need three and 4096 are allowed. */
const ADDRESS_MAX_LENGTH = 1_200;

/** One slash, then what an address is written in; a backslash is none of it. */
const PLAIN_PATH = /^\/(?!\/)[!-[\]-~]*$/;
/** What goes before a path that is to be read as a browser would read it. */
const SOME_ORIGIN = "http://desk.invalid";
const STAFF_PAGE = new RegExp(`^/((${STAFF_PAGES.join("|")})(/[\\w-]+)*)?$`);

/**
 * Where somebody goes after the sign-in: path and search of one of our own pages, and the worklist for everything else.
 * The word comes from an address that anybody can write, so it is an allow-list of pages, and what is returned is what was
 * read out of it, never the word itself: no other host, no other scheme, no endpoint, nothing that a second reading could decode.
 */
export function returnAddress(word: unknown): string {
  if (typeof word !== "string" || word.length > ADDRESS_MAX_LENGTH || !PLAIN_PATH.test(word)) return "/";
  const { pathname, search } = new URL(word, SOME_ORIGIN);
  return STAFF_PAGE.test(pathname) ? `${pathname}${search}` : "/";
}

/** The sign-in page, and from there back to that address. */
export function signInHref(address: unknown): string {
  const to = returnAddress(address);
  return to === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(to)}`;
}
