// Before the app is there inside Discord: that it is being opened, and what to do when it can't be.

import { useState } from "react";
import { EmptySheet } from "../shell/EmptySheet.tsx";
import { CopyField } from "../ui/CopyField.tsx";
import { Sprout } from "../ui/icons.tsx";
import { openWindow } from "./discord-host.ts";

export function OpeningScreen() {
  return (
    <div className="app start">
      <main className="sheet empty-sheet">
        <div className="empty-words opening-words" role="status">
          <Sprout className="empty-sprout" />
          <p>Opening your channel’s notes…</p>
        </div>
      </main>
    </div>
  );
}

/** `address`: of the app outside of Discord. */
export function FailedScreen(props: {
  readonly title: string;
  readonly text: string;
  readonly retryName: string;
  readonly onRetry: () => void;
  readonly address: string;
}) {
  const { title, text, retryName, onRetry, address } = props;
  const [isRefused, setIsRefused] = useState(false);
  return (
    <div className="app start">
      <EmptySheet title={title} text={text}>
        <div className="start-actions">
          <button type="button" className="button button-main button-tall" onClick={onRetry}>
            {retryName}
          </button>
          <button type="button" className="button button-tall" onClick={() => setIsRefused(!openWindow(address))}>
            Open in browser
          </button>
        </div>
        {isRefused && <CopyField label="Copy the address, and open it in your browser" text={address} />}
      </EmptySheet>
    </div>
  );
}
