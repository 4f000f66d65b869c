import { useState } from "react";
import { type ShareOutcome, useHost } from "../../host/host.ts";
import { CopyField } from "../../ui/CopyField.tsx";

/** Calls people here by Discord's own dialog, or by an address where there is none. */
export function Invite() {
  const { invite } = useHost();
  const [address, setAddress] = useState<string | null>(null);
  if (invite === null) return null;
  const call = async () => {
    setAddress(null);
    const outcome: ShareOutcome = await invite();
    if (outcome.type === "refused") setAddress(outcome.address);
  };
  return (
    <>
      <button type="button" className="button button-tall invite" onClick={() => void call()}>
        Invite people
      </button>
      {address !== null && <CopyField label="Send this address to whom you want here" text={address} />}
    </>
  );
}
