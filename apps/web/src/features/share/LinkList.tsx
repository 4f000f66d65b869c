import type { ShareLink } from "@reed/sync";
import { useState } from "react";
import { useNow } from "../../ui/use-now.ts";
import { linkFacts, linkName } from "./link-words.ts";

/** The links of a note, each to be taken back alone. */
export function LinkList({
  links,
  onRevoke,
}: {
  readonly links: readonly ShareLink[];
  readonly onRevoke: (linkId: string) => Promise<void>;
}) {
  if (links.length === 0) return null;
  return (
    <ul aria-label="Links" className="rows">
      {links.map((link) => (
        <LinkRow key={link.id} link={link} onRevoke={() => onRevoke(link.id)} />
      ))}
    </ul>
  );
}

function LinkRow({ link, onRevoke }: { readonly link: ShareLink; readonly onRevoke: () => Promise<void> }) {
  const [isRevoking, setIsRevoking] = useState(false);
  const revoke = async () => {
    setIsRevoking(true);
    await onRevoke();
    setIsRevoking(false);
  };
  const name = linkName(link);
  const nowMs = useNow();
  return (
    <li className="row">
      <span className="row-words">
        <span className="row-name" dir="auto">
          {name}
        </span>
        <span className="row-facts">{linkFacts(link, nowMs)}</span>
      </span>
      <button
        type="button"
        className="revoke"
        aria-label={`Revoke ${name}`}
        disabled={isRevoking}
        onClick={() => void revoke()}
      >
        Revoke
      </button>
    </li>
  );
}
