import { useId } from "react";

interface Segment<Value extends string> {
  readonly value: Value;
  readonly name: string;
}

/** One question and its few answers beside it, one of which holds. Radio buttons to keyboards and screen readers. */
export function Segmented<Value extends string>(props: {
  readonly question: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly isDisabled?: boolean | undefined;
}) {
  const id = useId();
  return (
    <fieldset className="segmented" disabled={props.isDisabled}>
      <legend>{props.question}</legend>
      <div className="segments">
        {props.segments.map(({ value, name }) => (
          <label key={value} className="segment">
            <input
              type="radio"
              name={id}
              value={value}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            <span>{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
