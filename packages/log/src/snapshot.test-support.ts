// A snapshot of a small note, signed as the server signs it: for the tests of this package and for the golden vectors.
import { encodeUtf8 } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import * as Y from "yjs";
import { decodeDataBody, encodeDataBody } from "./body.ts";
import { decodeOp, type Op } from "./op.ts";
import { type SnapshotFile, snapshotFields, type SnapshotParts } from "./snapshot.ts";
import { VOTE_BUCKET, votePayload } from "./vote.test-support.ts";
import { type Actor, certificateFor, EDITOR, sealed, SERVER, World } from "./world.test-support.ts";

/** Not the text's real hash: packages/text owns that, and the log only carries it. */
export const STATE_HASH = sha256(encodeUtf8("the state of the text"));

/** The founded world with two words of text and a vote, and the server's gateway in it. */
export async function smallWorld(): Promise<World> {
  const world = await World.founded();
  await world.enrol(SERVER);
  world.append(await world.typed(EDITOR, 4242, "# Reed\n"));
  const vote = encodeDataBody({ bucket: VOTE_BUCKET, payload: votePayload("tea") });
  world.append(await world.op(EDITOR, "data", vote));
  return world;
}

/** The text of `world` as a snapshot holds it, and its ledger. */
export function partsOf(world: World): SnapshotParts {
  const doc = new Y.Doc();
  for (const { envelope } of world.rows) {
    const op = decodeOp(envelope, sha256);
    if (op.type === "data" && decodeDataBody(op.body).bucket === "text")
      Y.applyUpdate(doc, decodeDataBody(op.body).payload);
  }
  const text = encodeUtf8(doc.getText("text").toJSON());
  return { text, ledger: world.ledger.save(), document: Y.encodeStateAsUpdateV2(doc) };
}

/** The op that carries the manifest of `parts`, by `signer`, but for `changes`. */
export function manifestOp(
  world: World,
  parts: SnapshotParts,
  changes: Partial<Op> = {},
  signer: Actor = SERVER,
): Promise<Op> {
  const author = signer.signer.publicKey;
  const acl = world.ledger.aclFor(author, world.ledger.head.seq);
  const manifest = { at: world.ledger.head, stateHash: STATE_HASH };
  const fields = snapshotFields(
    manifest,
    parts,
    { docId: world.ledger.docId, author, acl, nowUs: world.nowUs },
    sha256,
  );
  return sealed({ ...fields, ...changes }, signer.signer);
}

export async function smallSnapshot(world: World): Promise<SnapshotFile> {
  const parts = partsOf(world);
  const { envelope } = await manifestOp(world, parts);
  return { ...parts, genesis: world.genesis.envelope, certificate: await certificateFor(SERVER), manifest: envelope };
}
