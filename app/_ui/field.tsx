import { ChevronDown } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";

type FieldWords = {
  label: string;
  /** What to write and why, under the label. */
  hint?: ReactNode;
  /** What is wrong and how to mend it; sets aria-invalid. */
  error?: string | undefined;
};
type FieldFrameProps = FieldWords & { isOptional: boolean; children: (wiring: FieldWiring) => ReactNode };
type FieldWiring = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };
type Option = { value: string; label: string };

type TextFieldProps = FieldWords & Omit<ComponentProps<"input">, "className" | "id">;
type TextAreaFieldProps = FieldWords & Omit<ComponentProps<"textarea">, "className" | "id">;
type SelectFieldProps = FieldWords &
  Omit<ComponentProps<"select">, "className" | "id" | "children"> & { options: Option[] };

const BOX =
  "w-full rounded-md border border-control bg-canvas px-2.5 text-ink aria-invalid:border-broken disabled:cursor-not-allowed disabled:bg-sunken disabled:text-muted focus-visible:outline-offset-0";

/** A one-line field. What is not marked "optional" is required. */
export function TextField({ label, hint, error, ...input }: TextFieldProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error} isOptional={!input.required}>
      {(wiring) => <input type="text" {...input} {...wiring} className={`h-8 ${BOX}`} />}
    </FieldFrame>
  );
}

export function TextAreaField({ label, hint, error, ...textarea }: TextAreaFieldProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error} isOptional={!textarea.required}>
      {(wiring) => (
        <textarea rows={3} {...textarea} {...wiring} className={`field-sizing-content min-h-18 py-1.5 ${BOX}`} />
      )}
    </FieldFrame>
  );
}

export function SelectField({ label, hint, error, options, ...select }: SelectFieldProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error} isOptional={!select.required}>
      {(wiring) => (
        <div className="relative">
          <select {...select} {...wiring} className={`h-8 appearance-none truncate pr-8 ${BOX}`}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown size={14} aria-hidden className="pointer-events-none absolute top-[9px] right-2.5 text-muted" />
        </div>
      )}
    </FieldFrame>
  );
}

function FieldFrame({ label, hint, error, isOptional, children }: FieldFrameProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [hint ? hintId : "", error ? errorId : ""].filter(Boolean).join(" ") || undefined;
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 flex justify-between gap-2 text-table">
        <span className="font-medium">{label}</span>
        {isOptional && <span className="text-muted">optional</span>}
      </label>
      {children({ id, "aria-describedby": describedBy, "aria-invalid": error ? true : undefined })}
      {hint && (
        <p id={hintId} className="mt-1 text-label text-muted">
          {hint}
        </p>
      )}
      <FieldError id={errorId} error={error} />
    </div>
  );
}

export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  return (
    <p id={id} aria-live="polite" className="mt-1 text-broken text-label empty:hidden">
      {error}
    </p>
  );
}
