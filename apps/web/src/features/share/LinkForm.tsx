import type { Link } from "@reed/api";
import { type FormEvent, useState } from "react";
import { endOf, endNames, isEndChoice, type EndChoice } from "./link-end.ts";
import type { Sharing } from "./use-sharing.ts";

/** A name that tells it from the others, and when it stops working. */
export function LinkForm(props: { readonly link: Link; readonly sharing: Sharing; readonly onClose: () => void }) {
  const { link, sharing, onClose } = props;
  const [name, setName] = useState(link.name ?? "");
  const [end, setEnd] = useState<EndChoice>("as-it-is");
  const [uses, setUses] = useState(link.maxUses === null ? "" : String(link.maxUses));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const expiresAt = endOf(end, Date.now());
    const maxUses = /^[1-9]\d{0,6}$/u.test(uses.trim()) ? Number(uses.trim()) : null;
    const changes = {
      ...(name.trim() === (link.name ?? "") ? {} : { name: name.trim() === "" ? null : name.trim() }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(maxUses === link.maxUses ? {} : { maxUses }),
    };
    if (Object.keys(changes).length === 0 || (await sharing.changeLink(link.id, changes))) onClose();
  };
  return (
    <form className="link-form" onSubmit={(event) => void save(event)}>
      <label>
        Name
        <input
          className="field"
          autoFocus
          maxLength={40}
          placeholder="Who is it for?"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label>
        Stops working
        <select className="field" value={end} onChange={({ target: { value } }) => isEndChoice(value) && setEnd(value)}>
          {endNames(link.expiresAt).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        After so many people
        <input
          className="field"
          inputMode="numeric"
          pattern="[1-9][0-9]{0,6}"
          placeholder="Any number"
          value={uses}
          onChange={(event) => setUses(event.target.value)}
        />
      </label>
      <div className="dialog-actions">
        <button type="button" className="button button-small" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="button button-small button-ink">
          Save
        </button>
      </div>
    </form>
  );
}
