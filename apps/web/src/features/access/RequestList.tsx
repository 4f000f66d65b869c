import type { AccessRequest } from "@reed/api";
import { safeName } from "@reed/editor";
import { useState } from "react";
import { personColor } from "../../ui/person-color.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import type { AccessRequests, Answer } from "./use-access-requests.ts";

/** Those who ask to open the note, each to be answered with one press. Nothing where nobody does. */
export function RequestList({ requests }: { readonly requests: AccessRequests }) {
  if (requests.items.length === 0) return null;
  return (
    <section aria-label="Access requests">
      <ul className="requests" aria-label="Asks to open this note">
        {requests.items.map((request) => (
          <RequestRow key={request.id} request={request} onAnswer={(role) => requests.answer(request, role)} />
        ))}
      </ul>
      <ProblemText problem={requests.problem} />
    </section>
  );
}

function RequestRow(props: { readonly request: AccessRequest; readonly onAnswer: (role: Answer) => Promise<void> }) {
  const { user, message } = props.request;
  const [isBusy, setIsBusy] = useState(false);
  const name = safeName(user.name);
  const answer = async (role: Answer) => {
    if (isBusy) return;
    setIsBusy(true);
    await props.onAnswer(role);
    setIsBusy(false);
  };
  return (
    <li className="request">
      <Avatar name={user.name} color={personColor(user.id)} />
      <p>
        <strong dir="auto">{name}</strong> asks to open this note.
        {message !== null && message !== "" && <q dir="auto">{message}</q>}
      </p>
      <span className="request-answers">
        <button type="button" className="button button-small button-main" onClick={() => void answer("editor")}>
          Let edit
        </button>
        <button type="button" className="button button-small" onClick={() => void answer("viewer")}>
          Let read
        </button>
        <button
          type="button"
          className="button button-small button-rose"
          aria-label={`Don’t let ${name} in`}
          onClick={() => void answer(null)}
        >
          No
        </button>
      </span>
    </li>
  );
}
