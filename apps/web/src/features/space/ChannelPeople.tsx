import type { SpaceView } from "@reed/api";
import { safeName } from "@reed/editor";
import { useHostState } from "../../host/host.ts";
import { useProfile } from "../../shell/workspace-context.ts";
import { personColor } from "../../ui/person-color.ts";
import { Face } from "./Face.tsx";
import { pictureFor } from "./pictures.ts";
import { useSpace, useSpaceWatch } from "./space-context.ts";
import { placeWords } from "./space-words.ts";

/** Who has the app open in this channel, and where they are. Pressing one goes along with them. */
export function ChannelPeople(props: {
  readonly view: SpaceView;
  readonly currentNoteId: string | null;
  /** As it is typed; null while it is not known. */
  readonly currentTitle: string | null;
}) {
  const { view, currentNoteId, currentTitle } = props;
  const watch = useSpaceWatch();
  const { following } = useSpace();
  const { participants } = useHostState();
  const profile = useProfile();
  const titles = new Map(
    view.notes.map(({ id, title }) => [id, id === currentNoteId ? (currentTitle ?? title) : title] as const),
  );
  const names = view.people.map(({ user }) => user.name);
  return (
    <section className="channel-people">
      <h2 className="sidebar-title">Here now</h2>
      <ul aria-label="People here">
        {view.people.map((person) => {
          const { user, isYou } = person;
          const name = safeName(user.name);
          const isFollowed = following === user.id;
          const words = (
            <>
              <Face
                name={user.name}
                color={isYou ? profile.color : personColor(user.id)}
                picture={pictureFor(user.name, names, participants)}
              />
              <span className="row-words">
                <span className="row-name" dir="auto">
                  {name}
                </span>
                <span className="row-facts">
                  {isFollowed ? "following" : placeWords(person, (noteId) => titles.get(noteId) ?? null)}
                </span>
              </span>
            </>
          );
          return (
            <li key={user.id}>
              {isYou ? (
                <div className="channel-person">{words}</div>
              ) : (
                <button
                  type="button"
                  className="channel-person"
                  aria-pressed={isFollowed}
                  title={isFollowed ? `Stop following ${name}` : `Follow ${name} from note to note`}
                  onClick={() => (isFollowed ? watch.stopFollowing() : watch.follow(user.id))}
                >
                  {words}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
