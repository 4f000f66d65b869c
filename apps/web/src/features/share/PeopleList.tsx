import type { Member } from "@reed/api";
import { safeName } from "@reed/editor";
import { useProfile, useWorkspace } from "../../shell/workspace-context.ts";
import { navigate } from "../../shell/use-route.ts";
import { personColor } from "../../ui/person-color.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { ConfirmButton } from "../../ui/ConfirmButton.tsx";
import { useNow } from "../../ui/use-now.ts";
import { whenWords } from "../notes/note-words.ts";
import { roleWords } from "./share-words.ts";
import type { Role, Sharing } from "./use-sharing.ts";

const roles: readonly Role[] = ["viewer", "editor", "owner"];

/** The people whom the note was shared with by name, and what each can do. Owners change it; everybody can leave. */
export function PeopleList(props: {
  readonly members: readonly Member[];
  readonly isOwner: boolean;
  readonly sharing: Sharing;
  readonly noteId: string;
  readonly onLeft: () => void;
}) {
  const workspace = useWorkspace();
  const profile = useProfile();
  const { noteId, members, isOwner, sharing, onLeft } = props;
  const nowMs = useNow();
  const leave = async (member: Member) => {
    if (!(await sharing.remove(member))) return;
    onLeft();
    navigate("/");
    workspace.forget(noteId);
  };
  return (
    <ul aria-label="People" className="rows">
      {members.map((member) => {
        const { user, role, isYou } = member;
        const name = safeName(user.name);
        return (
          <li key={user.id} className="row">
            <Avatar name={user.name} color={isYou ? profile.color : personColor(user.id)} />
            <span className="row-words">
              <span className="row-name" dir="auto">
                {name}
              </span>
              <span className="row-facts">{isYou ? "you" : sinceWords(member, nowMs)}</span>
            </span>
            {isOwner && !isYou ? (
              <select
                className="role"
                aria-label={`What ${name} can do`}
                value={role}
                onChange={(event) => {
                  const chosen = roles.find((each) => each === event.target.value);
                  if (chosen !== undefined) void sharing.setRole(member, chosen);
                }}
              >
                {roles.map((each) => (
                  <option key={each} value={each}>
                    {roleWords[each]}
                  </option>
                ))}
              </select>
            ) : (
              <span className="row-facts">{roleWords[role]}</span>
            )}
            {isYou ? (
              members.length > 1 && (
                <ConfirmButton
                  name="Leave"
                  label="Leave this note"
                  confirmName="Leave it"
                  onConfirm={() => leave(member)}
                />
              )
            ) : (
              <>
                {isOwner && (
                  <button
                    type="button"
                    className="revoke"
                    aria-label={`Remove ${name}`}
                    onClick={() => void sharing.remove(member)}
                  >
                    Remove
                  </button>
                )}
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function sinceWords({ since, sharedBy }: Member, nowMs: number): string {
  const when = since === null ? null : whenWords(Date.parse(since), nowMs);
  const by = sharedBy === null ? "" : ` by ${safeName(sharedBy.name)}`;
  return when === null ? `added${by}` : `added${by} ${when === "now" ? "just now" : when}`;
}
