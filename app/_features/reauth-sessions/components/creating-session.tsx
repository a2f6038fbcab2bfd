import { LoaderCircle } from "lucide-react";

export function CreatingSession() {
  return (
    <div role="status" className="flex items-start gap-2.5 py-6">
      <LoaderCircle size={18} aria-hidden className="mt-0.5 flex-none animate-spin text-accent" />
      <div>
        <p className="font-medium">Asking Dwolla for a session</p>
        <p className="text-muted text-pretty">
          This takes up to 10 seconds. The attempt is on record already; if you close this, its outcome shows on the
          page.
        </p>
      </div>
    </div>
  );
}
