/** For people who may see that somebody is there, but not who: first letters stay, so that two rows can be told apart. */
export function maskName(name: string): string {
  return name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => `${[...word][0]}••••`)
    .join(" ");
}

export function maskEmail(email: string): string {
  const [local = "", domain = ""] = email.split("@");
  return `${[...local][0] ?? ""}••••@${domain}`;
}
