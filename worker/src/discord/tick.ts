// Ticks the next open task of a note for a channel: found and ticked in the room's queue, in the text of that moment, so that it merges
// with what others type and two who press at once tick two tasks and not one twice.
import { nextTask } from "@reed/card";
import type { Room } from "@reed/room";
import type { Projection } from "../note/projection.ts";
import { refusalFor, type Standing } from "../note/standing.ts";
import { updatesTowards } from "../text-io/text-copy.ts";

/** done: nothing was left to tick. */
export type Ticked = "ticked" | "done" | "not_found" | "forbidden" | "locked" | "overloaded";

export interface TickOptions {
  readonly room: Room;
  readonly projection: Projection;
  readonly standing: Standing | null;
  /** Brings the projection to the head. */
  project(): void;
}

/** The document must be there. */
export async function tickNext({ room, projection, standing, project }: TickOptions): Promise<Ticked> {
  const refusal = refusalFor(standing, "write_text");
  if (standing === null || refusal !== null) return refusal ?? "not_found";
  let isDone = false;
  const written = await room.writeTexts(() => {
    project();
    const { text } = projection.read();
    const task = nextTask(text);
    isDone = task === null;
    if (task === null) return [];
    const ticked = `${text.slice(0, task.at)}x${text.slice(task.at + 1)}`;
    return updatesTowards(projection.document(), ticked, room.ledger);
  }, standing.attribution);
  if (isDone) return "done";
  if (written.ok) return "ticked";
  return written.code === "forbidden" || written.code === "locked" ? written.code : "overloaded";
}
