import { safeName } from "@reed/editor";
import { useSpace, useSpaceWatch } from "./space-context.ts";

/** Whom this person goes along with, and the way out. */
export function FollowBar() {
  const watch = useSpaceWatch();
  const { view, following } = useSpace();
  const followed = view?.people.find(({ user }) => user.id === following);
  if (followed === undefined) return null;
  return (
    <div className="follow-bar" role="group" aria-label="Following">
      <p dir="auto">Following {safeName(followed.user.name)}</p>
      <button type="button" className="button button-small" onClick={() => watch.stopFollowing()}>
        Stop
      </button>
    </div>
  );
}
