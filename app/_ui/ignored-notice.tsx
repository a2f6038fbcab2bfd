import { Notice } from "./notice.tsx";

/** Names the parameters of an address that a list could not use; nothing where it could use all. */
export function IgnoredNotice({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  const list = new Intl.ListFormat("en", { type: "conjunction" }).format(names.map((name) => `“${name}”`));
  return (
    <Notice tone="info" title="Part of this address was left out">
      <span className="wrap-anywhere">The list does not know what to do with {list}. Everything else in it holds.</span>
    </Notice>
  );
}
