// node:http in the terms of fetch: a handler takes a Request and gives a Response. Callers: the API stand-in, the host page.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

/** `"hang"`: never answers. `"cut"`: closes the connection without an answer. */
export type Answer = Response | "hang" | "cut";

export interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const { method = "GET", url = "/" } = incoming;
  const body = method === "GET" || method === "HEAD" ? null : new Uint8Array(await buffer(incoming));
  return new Request(new URL(url, `http://${incoming.headers.host ?? "localhost"}`), { method, headers, body });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  if (response.body === null) {
    outgoing.end();
    return;
  }
  const body = Readable.from(response.body);
  outgoing.once("close", () => body.destroy());
  body.on("error", () => outgoing.destroy());
  body.pipe(outgoing);
}

/** Binds `port` on one loopback address; 0 takes any that is free. */
export function listenOn(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

export async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

/** A sentence for who finds the port taken. */
export function portProblem(error: unknown, port: number): Error {
  const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  return isTaken ? new Error(`port ${port} is taken by another program`) : new Error(String(error));
}

/** Serves until stopped. */
export async function serve(
  options: { readonly port: number; readonly host: string },
  handle: (request: Request) => Promise<Answer>,
): Promise<Listening> {
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const answer = await handle(await requestOf(incoming));
    if (answer === "cut") incoming.socket.destroy();
    else if (answer !== "hang") await send(answer, outgoing);
  };
  const server = createServer((incoming, outgoing) => {
    respond(incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(500, { "Content-Type": "text/plain" });
      outgoing.end(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
  });
  const port = await listenOn(server, options.port, options.host).catch((error: unknown) => {
    throw portProblem(error, options.port);
  });
  return { port, stop: () => stopServer(server) };
}
