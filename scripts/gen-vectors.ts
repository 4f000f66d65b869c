// Writes the golden vectors (vectors/README.md) from fixed keys and times: run again, it changes nothing. A difference means
// that bytes which others have stored or speak are about to change.
import { readFileSync, writeFileSync } from "node:fs";
import { toBase64Url, toHex } from "@reed/bytes";
import { sha256 } from "@reed/crypto";
import {
  compactOp,
  decodeCertificate,
  decodeOp,
  encodeSnapshot,
  hashGrants,
  type Grant,
  Ledger,
  type Op,
  type Principal,
} from "@reed/log";
import { encodeDown, encodeUp, WIRE_VERSION } from "@reed/protocol";
import {
  certificateFor,
  EDITOR,
  FOUNDER,
  grantTo,
  linkNamed,
  PLATFORM,
  seedOf,
  SERVER,
  START_US,
  VIEWER,
  World,
} from "../packages/log/src/world.test-support.ts";
import { signerFromSeed } from "@reed/crypto";
import { smallSnapshot, smallWorld, STATE_HASH } from "../packages/log/src/snapshot.test-support.ts";
import { GOLDEN_DOWN, GOLDEN_UP } from "../packages/protocol/src/golden.test-support.ts";

const FOLDER = new URL("../vectors/", import.meta.url);

/** Byte fields as lower-case hex. */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, readable(field)]));
}

function write(name: string, content: unknown): void {
  const file = new URL(name, FOLDER);
  const text = `${JSON.stringify(readable(content), null, 2)}\n`;
  const before = readIfThere(file);
  writeFileSync(file, text);
  console.log(`${name}: ${before === text ? "unchanged" : "written"}`);
}

function readIfThere(file: URL): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function opVector(name: string, seed: Uint8Array, op: Op): unknown {
  const {
    type,
    docId,
    author,
    ctr,
    wallTimeUs,
    prev,
    acl,
    seenSeq,
    seenChain,
    body,
    header,
    opId,
    signature,
    envelope,
  } = op;
  const fields = { type, docId, author, ctr, wallTimeUs, prev, acl, seenSeq, seenChain, body };
  return { name, seed, fields, header, opId, signature, envelope };
}

const world = await World.founded();
const names = ["genesis", "enrol_founder", "control_first", "control_grants", "enrol_editor", "enrol_viewer"];
const seeds = [3, 3, 3, 3, 4, 5];
world.append(await world.typed(EDITOR, 4242, "# Reed\n"));
names.push("data_text");
seeds.push(4);

write("ops.json", {
  platform: { seed: seedOf(1), publicKey: PLATFORM.publicKey },
  noteId: toBase64Url(world.note),
  ops: world.rows.map(({ envelope }, index) =>
    opVector(names[index] ?? "", seedOf(seeds[index] ?? 0), decodeOp(envelope, sha256)),
  ),
});

write("chain.json", {
  docId: world.ledger.docId,
  positions: world.rows.map(({ seq, recvUs, opId, chain }) => ({ seq, recvUs, opId, chain })),
});

/** Every op of `world` but its genesis, as it is delivered to who stands right before it. */
function compactOps({ rows, ledger: { docId } }: World): readonly unknown[] {
  const place = new Ledger(docId, { sha256, below: "refuse" });
  return rows.flatMap(({ seq, recvUs, envelope }) => {
    const op = decodeOp(envelope, sha256);
    const verdict = place.check(op, recvUs);
    if (verdict.type !== "accepted") throw new Error(`op ${seq} is ${verdict.type}`);
    const compact = compactOp(op, recvUs, place);
    place.append(op, verdict.effect, recvUs);
    return compact === null ? [] : [{ seq, fromSeq: compact.fromSeq, bytes: compact.bytes }];
  });
}
write("compact.json", compactOps(world));

const linkKey = signerFromSeed(seedOf(8));
const byLink = { signer: VIEWER.signer, principal: linkNamed("editlink") };
const certificates = [
  { name: "user", issuerSeed: seedOf(1), bytes: await certificateFor(FOUNDER) },
  { name: "gateway", issuerSeed: seedOf(1), bytes: await certificateFor(SERVER) },
  { name: "link", issuerSeed: seedOf(8), bytes: await certificateFor(byLink, { note: world.note }, linkKey) },
];
write(
  "certificates.json",
  certificates.map(({ name, issuerSeed, bytes }) => {
    const { payload, signature, ...fields } = decodeCertificate(bytes);
    return { name, issuerSeed, fields, payload, signature, certificate: bytes };
  }),
);

const lists: Readonly<Record<string, readonly Grant[]>> = {
  owner: [grantTo(FOUNDER.principal, "owner")],
  everybody: [
    grantTo(linkNamed("zlink"), "viewer", { expiresUs: START_US + 1 }),
    grantTo(linkNamed("editlink"), "editor", { key: linkKey.publicKey }),
    grantTo(VIEWER.principal, null),
    grantTo(EDITOR.principal, "editor"),
    grantTo(FOUNDER.principal, "owner"),
  ],
};
write(
  "grants.json",
  Object.entries(lists).map(([name, grants]) => ({
    name,
    grants,
    hash: hashGrants(new Map(grants.map((grant): [Principal, Grant] => [grant.principal, grant])), sha256),
  })),
);

const ledgerVector = (name: string, ledger: Ledger): unknown => ({
  name,
  docId: ledger.docId,
  head: ledger.head,
  ledger: ledger.save(),
});
const small = await smallWorld();
const parts = await smallSnapshot(small);
const folded = [
  ledgerVector("empty", (await World.empty()).ledger),
  ledgerVector("founded", (await World.founded()).ledger),
  ledgerVector("text_and_votes", small.ledger),
];
const snapshot = {
  noteId: toBase64Url(small.note),
  at: small.ledger.head,
  stateHash: STATE_HASH,
  ...parts,
  file: encodeSnapshot(parts),
};
small.append(await small.op(FOUNDER, "control", small.control([], { act: { type: "compliance", isOn: true } })));
small.append(await small.op(FOUNDER, "control", small.control([], { act: { type: "compliance", isOn: false } })));
const scrub = { type: "generation", from: small.ledger.head, reason: "scrub" } as const;
small.append(await small.op(FOUNDER, "control", small.control([], { act: scrub })));
folded.push(ledgerVector("scrubbed", small.ledger));
write("snapshots.json", { rows: small.rows, ledgers: folded, snapshot });

const up = Object.entries(GOLDEN_UP).map(([name, message]) => ({
  name,
  direction: "up",
  message,
  frame: encodeUp(message),
}));
const down = Object.entries(GOLDEN_DOWN).map(([name, message]) => ({
  name,
  direction: "down",
  message,
  frame: encodeDown(message),
}));
const frames = [...up, ...down];
write("frames.json", { wireVersion: WIRE_VERSION, digest: sha256(...frames.map(({ frame }) => frame)), frames });
