/** Two links about to meet: the tab icon's drawing, in the colour of the text around it. */
export function ProductMark() {
  return (
    <svg viewBox="4 7 24 18" width="22" height="18" aria-hidden="true" className="flex-none text-accent">
      <g fill="none" stroke="currentColor" strokeWidth="2.75" strokeLinecap="round">
        <path d="M14 9.5h-1.5a6.5 6.5 0 0 0 0 13H14" />
        <path d="M18 9.5h1.5a6.5 6.5 0 0 1 0 13H18" />
        <path d="M13.5 16h5" />
      </g>
    </svg>
  );
}
