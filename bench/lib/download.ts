// One GET, with what it cost on the wire.
import { request } from "node:http";

export interface Download {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it came, still compressed. */
  readonly body: Buffer;
  /** From the request to the first byte, and to the last, in ms. */
  readonly firstMs: number;
  readonly lastMs: number;
}

export function download(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Download> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { "Accept-Encoding": "gzip", ...headers } }, (response) => {
      const firstMs = performance.now() - startedAt;
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const lastMs = performance.now() - startedAt;
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
          firstMs,
          lastMs,
        });
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}
