// Which snapshot a reader is given, for whoever may read the log: that was asked before.
import { toBase64Url } from "@reed/bytes";
import { matchesTag } from "../card/headers.ts";
import type { SnapshotAnswer, SnapshotInput } from "../note/rpc.ts";
import type { Snapshots } from "./snapshots.ts";

const TAG_CHARS = 16;

/** The newest snapshot's file, packed, unless the caller knows it. */
export function snapshotOf(
  snapshots: Pick<Snapshots, "newest" | "file">,
  { seq, knownTags }: SnapshotInput,
): SnapshotAnswer | { readonly code: "no_snapshot" } {
  const { newest } = snapshots;
  if (newest === null || (seq !== null && seq !== newest.at.seq)) return { code: "no_snapshot" };
  const tag = `"${newest.at.seq}-${toBase64Url(newest.at.chain).slice(0, TAG_CHARS)}"`;
  const head = { seq: newest.at.seq, tag };
  if (matchesTag(knownTags, tag)) return { ...head, type: "known" };
  if (newest.place.type === "blob") return { ...head, type: "blob", key: newest.place.key };
  const bytes = snapshots.file();
  return bytes === null ? { code: "no_snapshot" } : { ...head, type: "bytes", bytes };
}
