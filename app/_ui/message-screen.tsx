import type { ReactNode } from "react";

type MessageScreenProps = { title: string; children: ReactNode; code?: string; actions: ReactNode };

/** A page that is only a message: not found, failed, not for this role. */
export function MessageScreen({ title, children, code, actions }: MessageScreenProps) {
  return (
    <div className="mx-auto max-w-[60ch] px-4 py-16">
      <h1 className="font-semibold text-title">{title}</h1>
      <div className="mt-1 text-muted text-pretty">{children}</div>
      {code && <p className="mt-2 font-mono text-label text-muted">{code}</p>}
      <div className="mt-5 flex flex-wrap gap-2">{actions}</div>
    </div>
  );
}
