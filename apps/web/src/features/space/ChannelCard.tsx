import { safeName } from "@reed/editor";
import { Sprout } from "../../ui/icons.tsx";
import { useSpace } from "./space-context.ts";

/** The channel in a small window, while no note is open. */
export function ChannelCard() {
  const { view } = useSpace();
  const notes = view?.notes.length ?? 0;
  const others = view?.people.filter(({ isYou }) => !isYou).map(({ user }) => safeName(user.name)) ?? [];
  return (
    <section className="note-card" aria-label="Note card">
      <div className="card-words">
        <p className="card-title">{notes === 1 ? "1 note" : `${notes} notes`} in this channel</p>
        {others.length > 0 && <p className="card-line">{new Intl.ListFormat("en").format(others.slice(0, 4))} here</p>}
      </div>
      <footer className="card-foot">
        <span className="card-writing" />
        <Sprout className="card-mark" />
      </footer>
    </section>
  );
}
