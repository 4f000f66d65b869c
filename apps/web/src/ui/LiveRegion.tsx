import { useSyncExternalStore } from "react";
import { announcement, subscribeAnnouncement } from "./announce.ts";

/** Where announcements are read from. Not a `status`: that role belongs to the save state alone. */
export function LiveRegion() {
  const text = useSyncExternalStore(subscribeAnnouncement, announcement);
  return (
    <div aria-live="polite" className="visually-hidden">
      {text}
    </div>
  );
}
