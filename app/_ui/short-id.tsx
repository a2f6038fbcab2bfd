import { CopyButton } from "./copy-button.tsx";

type ShortIdProps = {
  value: string;
  /** What the id names, for the copy button: "customer id". Without it there is no copy button (inside row links). */
  label?: string;
};

const HEAD = 8;
const TAIL = 4;

/** An id in monospace, shortened in the middle; whole on hover and on copy. */
export function ShortId({ value, label }: ShortIdProps) {
  return (
    <span className="whitespace-nowrap">
      <span data-short-id className="font-mono text-label" title={value}>
        {shortenId(value)}
      </span>
      {label && <CopyButton value={value} label={label} />}
    </span>
  );
}

export function shortenId(value: string): string {
  return value.length <= HEAD + TAIL + 1 ? value : `${value.slice(0, HEAD)}…${value.slice(-TAIL)}`;
}
