import { type ReactNode, useId } from "react";
import { FieldError } from "./field.tsx";

export type RadioCard = {
  value: string;
  label: string;
  /** What choosing it means. */
  detail?: ReactNode;
  /** Why it cannot be chosen; the card then stays visible and off. */
  offReason?: string | undefined;
};
type RadioCardsProps = {
  legend: string;
  name: string;
  options: RadioCard[];
  defaultValue?: string;
  /** With `onChange` the choice belongs to the caller. */
  value?: string;
  onChange?: (value: string) => void;
  hint?: ReactNode;
  error?: string | undefined;
};

const CARD = "flex items-start gap-2.5 rounded-md border px-3 py-2 has-checked:border-accent has-checked:bg-selected";

/** One choice of a few, each with its consequence in view. */
export function RadioCards({ legend, name, options, defaultValue, value, onChange, hint, error }: RadioCardsProps) {
  const id = useId();
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined} className="min-w-0">
      <legend className="mb-1 font-medium text-table">{legend}</legend>
      {hint && <p className="mb-1.5 text-label text-muted">{hint}</p>}
      <div className="grid gap-1.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={`${CARD} ${option.offReason === undefined ? "border-edge hover:bg-hover" : "border-line"}`}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              required
              disabled={option.offReason !== undefined}
              aria-describedby={option.detail || option.offReason ? `${id}-${option.value}` : undefined}
              {...(onChange
                ? { checked: value === option.value, onChange: () => onChange(option.value) }
                : { defaultChecked: defaultValue === option.value })}
              className="mt-[3px] size-4 flex-none accent-accent-fill"
            />
            <CardWords option={option} id={`${id}-${option.value}`} />
          </label>
        ))}
      </div>
      <FieldError id={`${id}-error`} error={error} />
    </fieldset>
  );
}

function CardWords({ option, id }: { option: RadioCard; id: string }) {
  const isOff = option.offReason !== undefined;
  return (
    <span className="min-w-0">
      <span className={`block ${isOff ? "text-muted" : "font-medium"}`}>{option.label}</span>
      {(option.detail || isOff) && (
        <span id={id} className="block text-muted text-table">
          {option.offReason ?? option.detail}
        </span>
      )}
    </span>
  );
}
