import { askToClearDevice } from "@reed/sync/browser";

/** device_taken: the notes here are another account's. account_deleted: it can still be taken back. */
export type Obstacle = "device_taken" | "account_deleted";

/** What stands between somebody with the right password and their account, and the way around it. */
export function SignInObstacle(props: {
  readonly obstacle: Obstacle | null;
  /** Whose notes lie on this device. */
  readonly known: string | null;
  readonly onTakeBack: () => void;
}) {
  switch (props.obstacle) {
    case "device_taken":
      return <OtherPersonsDevice known={props.known} />;
    case "account_deleted":
      return (
        <div className="notice" data-tone="warn" role="alert">
          <p>This account was deleted. Its notes are kept for 30 days.</p>
          <button type="button" className="button button-small" onClick={props.onTakeBack}>
            Take it back
          </button>
        </div>
      );
    case null:
      return null;
  }
}

/** The notes here are somebody else's: they have to leave before this person comes. */
function OtherPersonsDevice({ known }: { readonly known: string | null }) {
  const clear = () => {
    if (askToClearDevice()) location.assign("/sign-in");
  };
  return (
    <div className="notice" data-tone="warn" role="alert">
      <p>
        The notes on this device are {known === null ? "somebody else’s" : `@${known}’s`}. To sign in as somebody else,
        remove them from this device first: what was sent stays on the server.
      </p>
      <button type="button" className="button button-small button-rose" onClick={clear}>
        Remove them from this device
      </button>
    </div>
  );
}
