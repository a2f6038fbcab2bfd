type ShareBarProps = {
  /** Of the whole, from the left: solid, then paler. The rest stays empty. */
  shares: readonly number[];
};

const STRENGTHS = ["bg-proven", "bg-proven/45"];

/** A very thin line that repeats numbers which stand beside it, for the eye alone. */
export function ShareBar({ shares }: ShareBarProps) {
  return (
    <span aria-hidden className="flex h-1 w-full overflow-hidden rounded-[2px] bg-line">
      {shares.map((share, place) => (
        <span key={STRENGTHS[place]} className={STRENGTHS[place]} style={{ width: `${100 * share}%` }} />
      ))}
    </span>
  );
}
