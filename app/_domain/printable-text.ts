/** NUL, other controls, direction marks and lone surrogates can hide or break a record: each becomes a visible escape. */
export function printable(text: string): string {
  return text.normalize("NFC").replace(/[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, (char) => {
    return `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}
