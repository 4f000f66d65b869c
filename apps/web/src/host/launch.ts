// How the page was opened: by a browser, or by Discord as an Activity. Decided once, by the first address, because a router may
// change it later. What the query says is the client's word and decides nothing but which code runs: who somebody is and where is
// proven by the server.

export interface Launch {
  readonly instanceId: string;
  readonly platform: "desktop" | "mobile";
  /** What a shared link carries: the note to open. Not looked at here. */
  readonly customId: string | null;
}

/** null: an ordinary page. `search`: of the page's first address. */
export function launchOf(search: string): Launch | null {
  const query = new URLSearchParams(search);
  const instanceId = query.get("instance_id");
  const platform = query.get("platform");
  if (!query.get("frame_id") || !instanceId || (platform !== "desktop" && platform !== "mobile")) return null;
  return { instanceId, platform, customId: query.get("custom_id") };
}
