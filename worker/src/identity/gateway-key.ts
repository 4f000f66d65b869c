// The server as an author: its own key, certified by the platform key. The certificate says the same for ever, so every isolate
// makes the same one when it first needs it.
import type { Signer } from "@reed/crypto";
import { GATEWAY } from "@reed/log";
import type { Gateway } from "@reed/room";
import { issueCertificate } from "./certificates.ts";

const VALID_FROM_US = Date.UTC(2026, 0, 1) * 1000;
const VALID_TO_US = Date.UTC(2076, 0, 1) * 1000;

export class GatewayKey implements Gateway {
  readonly signer: Signer;
  readonly #platform: Signer;
  #certificate: Uint8Array | null = null;

  constructor(signer: Signer, platform: Signer) {
    this.signer = signer;
    this.#platform = platform;
  }

  /** Only after `ready`. */
  get certificate(): Uint8Array {
    if (this.#certificate === null) throw new Error("the gateway's certificate is made by ready()");
    return this.#certificate;
  }

  /** To be awaited before a room writes as the gateway. */
  async ready(): Promise<void> {
    this.#certificate ??= await issueCertificate(this.#platform, {
      device: this.signer.publicKey,
      principal: GATEWAY,
      notBeforeUs: VALID_FROM_US,
      notAfterUs: VALID_TO_US,
    });
  }
}
