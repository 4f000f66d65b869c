import type { Link } from "@reed/api";
import { lazy, Suspense, useState } from "react";
import { later } from "../../shell/later.ts";
import { useAccount } from "../../shell/workspace-context.ts";
import { announce } from "../../ui/announce.ts";
import { CopyField } from "../../ui/CopyField.tsx";
import { copyText } from "../../ui/copy-text.ts";
import { Menu } from "../../ui/Menu.tsx";
import { useNow } from "../../ui/use-now.ts";
import { LinkForm } from "./LinkForm.tsx";
import { linkFacts, linkName } from "./link-words.ts";
import type { Sharing } from "./use-sharing.ts";

const QrCode = lazy(async () => ({ default: (await later.qrCode()).QrCode }));

type Below = "nothing" | "qr" | "form" | "copy";

/** The links of a note, each with what became of it, to be copied again, changed, and taken back alone. */
export function LinkList({ links, sharing }: { readonly links: readonly Link[]; readonly sharing: Sharing }) {
  return (
    <ul aria-label="Links" className="rows">
      {links.map((link) => (
        <LinkRow key={link.id} link={link} sharing={sharing} />
      ))}
    </ul>
  );
}

function LinkRow({ link, sharing }: { readonly link: Link; readonly sharing: Sharing }) {
  const [isRevoking, setIsRevoking] = useState(false);
  const [below, setBelow] = useState<Below>("nothing");
  const nowMs = useNow();
  const { userId } = useAccount();
  const name = linkName(link);
  const revoke = async () => {
    setIsRevoking(true);
    if (!(await sharing.revoke(link))) setIsRevoking(false);
  };
  const copy = async () => {
    const { type } = await copyText(link.url);
    setBelow(type === "refused" ? "copy" : "nothing");
    announce(type === "copied" ? "Copied" : "The link is selected. Copy it from the field.");
  };
  return (
    <li className="row row-tall">
      <span className="row-words">
        <span className="row-name" dir="auto">
          {name}
        </span>
        <span className="row-facts">{linkFacts(link, nowMs, userId)}</span>
      </span>
      <Menu
        label={`More about ${name}`}
        items={[
          { name: "Copy again", onChoose: () => void copy() },
          { name: "Show QR code", onChoose: () => setBelow("qr") },
          { name: "Name, expiry, uses", onChoose: () => setBelow("form") },
        ]}
      />
      <button
        type="button"
        className="revoke"
        aria-label={`Revoke ${name}`}
        disabled={isRevoking}
        onClick={() => void revoke()}
      >
        Revoke
      </button>
      {below === "copy" && <CopyField label="Copy it from here." text={link.url} />}
      {below === "qr" && (
        <Suspense fallback={null}>
          <QrCode text={link.url} name={name} onClose={() => setBelow("nothing")} />
        </Suspense>
      )}
      {below === "form" && <LinkForm link={link} sharing={sharing} onClose={() => setBelow("nothing")} />}
    </li>
  );
}
