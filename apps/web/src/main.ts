// The page's entry: decides by the first address whether this is a browser's page or a Discord Activity, and loads what that takes.

import "./styles/tokens.css";
import "./styles/fonts.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/list.css";
import "./styles/note.css";
import "./styles/dialog.css";
import { type Launch, launchOf } from "./host/launch.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");

// The first thing looked at: nothing has changed the address yet.
const launch = launchOf(location.search);
const started = launch === null ? startInBrowser(root) : startInDiscord(root, launch);
started.catch(() => root.append("Reed didn’t load. Please open it again."));

async function startInBrowser(element: HTMLElement): Promise<void> {
  const { start } = await import("./browser-start.tsx");
  await start(element);
}

async function startInDiscord(element: HTMLElement, launched: Launch): Promise<void> {
  const platform = fetch("/api/platform", { credentials: "omit", cache: "no-store" }).catch(() => null);
  const { greetBy } = await import("./host/greeting.ts");
  const greeting = await greetBy(await platform);
  const { start } = await import("./host/discord-start.tsx");
  start(element, launched, greeting);
}
