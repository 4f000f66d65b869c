// The first op of a log that the server makes: signed by the gateway.
import { encodeGenesis, ENTROPY_BYTES, type NoteId, noteIdOf, prepareOp, type Scope, sealEnvelope } from "@reed/log";
import type { Config } from "../env.ts";
import { sha256 } from "./ports.ts";

const ZEROS = new Uint8Array(32);

export interface SignedGenesis {
  readonly noteId: NoteId;
  readonly genesis: Uint8Array;
}

export async function signGenesis({ gateway, platform }: Config, scope: Scope): Promise<SignedGenesis> {
  const nowUs = Date.now() * 1000;
  const entropy = crypto.getRandomValues(new Uint8Array(ENTROPY_BYTES));
  const unsigned = prepareOp(
    {
      type: "genesis",
      docId: ZEROS,
      author: gateway.signer.publicKey,
      ctr: nowUs,
      wallTimeUs: nowUs,
      prev: ZEROS,
      acl: ZEROS,
      seenSeq: 0,
      seenChain: ZEROS,
      body: encodeGenesis({ scope, mode: "open", platform: platform.publicKey, entropy }),
    },
    sha256,
  );
  return {
    noteId: noteIdOf(unsigned.opId),
    genesis: sealEnvelope(unsigned, await gateway.signer.sign(unsigned.message)),
  };
}
