import { useId } from "react";

/** Colours that carry white letters at 4.5:1, by names that tell them apart. */
const colors = [
  ["#2c6e5a", "Reed"],
  ["#b8456a", "Rose"],
  ["#4552b8", "Indigo"],
  ["#8a5a14", "Amber"],
  ["#7a3f9d", "Plum"],
  ["#1f6f8b", "Sky"],
  ["#a3402f", "Clay"],
  ["#4f6b1f", "Moss"],
] as const;

/** The colour of one's picture and cursor. */
export function ColorChoice(props: { readonly value: string; readonly onChange: (color: string) => void }) {
  const name = useId();
  return (
    <fieldset className="colors">
      <legend>Colour</legend>
      {colors.map(([color, words]) => (
        <label key={color} className="color" style={{ color }} title={words}>
          <input
            type="radio"
            name={name}
            value={color}
            aria-label={words}
            checked={color === props.value}
            onChange={() => props.onChange(color)}
          />
        </label>
      ))}
    </fieldset>
  );
}
