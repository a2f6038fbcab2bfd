/** The vendor's or our own code, small and grey beside its plain words. */
export function MachineCode({ children }: { children: string }) {
  return <code className="font-mono text-label text-muted wrap-anywhere">{children}</code>;
}
