// A certificate for `npm start -- --lan` that names this machine's address, as phones want it. Made by openssl where there is
// one; wrangler has a certificate of its own for the rest, which names localhost only.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import path from "node:path";

export interface Certificate {
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** Phones refuse certificates that are valid for longer than 398 days. */
const DAYS = "397";

/** A new key and certificate for `address` in `folder`; null without openssl. */
export function makeCertificate(folder: string, address: string): Certificate | null {
  mkdirSync(folder, { recursive: true });
  const keyFile = path.join(folder, "key.pem");
  const certificateFile = path.join(folder, "certificate.pem");
  const files = ["-keyout", keyFile, "-out", certificateFile];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const names = [
    "-subj",
    "/CN=Reed on this network",
    "-addext",
    `subjectAltName=DNS:localhost,IP:127.0.0.1,IP:${address}`,
  ];
  const usage = ["-addext", "extendedKeyUsage=serverAuth"];
  const { status } = spawnSync("openssl", ["req", "-x509", "-days", DAYS, ...key, ...files, ...names, ...usage]);
  if (status !== 0) return null;
  chmodSync(keyFile, 0o600);
  return { keyFile, certificateFile };
}
