export { ed25519 } from "./ed25519.ts";
export { guestMessage } from "./guest-proof.ts";
export { helloMessage } from "./hello-proof.ts";
export { LINK_SECRET_BYTES, linkIdHash, linkPrincipal, linkWriteSigner } from "./link-secret.ts";
export {
  type DeviceKey,
  type DeviceKeyHandle,
  deviceKeyFromHandle,
  generateDeviceKey,
  hkdfSha256,
  isDeviceKeyHandle,
  sha256,
  signerFromSeed,
} from "./primitives.ts";
export type { SignatureScheme, Signer } from "./signature-scheme.ts";
