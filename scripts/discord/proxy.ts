// What `<application>.discordsays.com` does between an activity's frame and the application: everything under / and /.proxy/ goes
// through, sockets too; the policy is Discord's; HTML is not cached; cookies that a third party's frame could not keep are dropped.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { listenOn, portProblem, stopServer } from "./http.ts";
import { activityPolicy, makeNonce, withNonce } from "./policy.ts";

/** Meant for one connection only (RFC 9110 7.6.1). */
const HOP_HEADERS = new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"]);
const CACHE_HEADERS = ["cache-control", "expires", "etag", "last-modified", "age", "pragma"];

export interface ProxyServer {
  readonly port: number;
  /** Answers with this status to everything until null is given. */
  failWith(status: number | null): void;
  /** Whether pages may start workers; they may at first. */
  allowWorkers(isAllowed: boolean): void;
  /** Ends every socket that is open through it. */
  cutSockets(): void;
  stop(): Promise<void>;
}

export interface ProxyOptions {
  readonly port?: number | undefined;
  /** Where the application is; no slash at the end. */
  readonly appUrl: string;
}

function pathOf(url: string | undefined): string {
  const path = (url ?? "/").replace(/^\/\.proxy(?=\/|$)/, "");
  return path === "" || path.startsWith("?") ? `/${path}` : path;
}

function onward(headers: IncomingHttpHeaders, target: URL): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !HOP_HEADERS.has(name));
  // HTML is rewritten, so it comes as it is.
  return { ...Object.fromEntries(kept), host: target.host, "accept-encoding": "identity" };
}

function isKept(cookie: string): boolean {
  return /;\s*samesite=none/i.test(cookie) && /;\s*secure/i.test(cookie);
}

function backward(answer: IncomingMessage, isHtml: boolean): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === undefined || HOP_HEADERS.has(name)) continue;
    if (name === "content-security-policy" || name === "content-security-policy-report-only") continue;
    if (isHtml && (CACHE_HEADERS.includes(name) || name === "content-length")) continue;
    headers[name] = value;
  }
  const cookies = (answer.headers["set-cookie"] ?? []).filter(isKept);
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  else delete headers["set-cookie"];
  return headers;
}

interface Passing {
  readonly target: URL;
  readonly hasWorkers: boolean;
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, hasWorkers }: Passing,
): Promise<void> {
  const { method } = incoming;
  const asked = request(new URL(pathOf(incoming.url), target), { method, headers: onward(incoming.headers, target) });
  outgoing.once("close", () => asked.destroy());
  incoming.pipe(asked);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once("response", resolve);
    asked.once("error", reject);
  });
  const isHtml = (answer.headers["content-type"] ?? "").startsWith("text/html");
  const headers = backward(answer, isHtml);
  if (!isHtml) {
    outgoing.writeHead(answer.statusCode ?? 502, headers);
    answer.pipe(outgoing);
    return;
  }
  const nonce = makeNonce();
  const html = withNonce((await buffer(answer)).toString("utf8"), nonce);
  const policy = activityPolicy({ origin: `http://${incoming.headers.host ?? ""}`, nonce, hasWorkers });
  outgoing.writeHead(answer.statusCode ?? 502, { ...headers, "content-security-policy": policy });
  outgoing.end(method === "HEAD" ? undefined : html);
}

function headLines(message: IncomingMessage, first: string): string {
  const lines = message.rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${message.rawHeaders[index + 1] ?? ""}`] : [],
  );
  return `${[first, ...lines].join("\r\n")}\r\n\r\n`;
}

/** Forwards an upgrade; whatever the application says to it goes back as it is. */
function upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer, target: URL): void {
  const headers = { ...incoming.headers, host: target.host };
  const asked = request(new URL(pathOf(incoming.url), target), { headers });
  const end = (): void => {
    socket.destroy();
    asked.destroy();
  };
  asked.on("upgrade", (answer, far, farHead) => {
    socket.write(headLines(answer, "HTTP/1.1 101 Switching Protocols"));
    socket.write(farHead);
    far.write(head);
    far.on("error", end).on("close", end);
    socket.on("close", () => far.destroy());
    far.pipe(socket).pipe(far);
  });
  asked.on("response", (answer) => {
    socket.write(headLines(answer, `HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ""}`));
    answer.pipe(socket);
  });
  asked.on("error", end);
  socket.on("error", end);
  asked.end();
}

export async function startProxy({ port = 0, appUrl }: ProxyOptions): Promise<ProxyServer> {
  const target = new URL(appUrl);
  const sockets = new Set<Duplex>();
  let failure: number | null = null;
  let hasWorkers = true;

  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (failure !== null) {
      outgoing.writeHead(failure).end();
      return;
    }
    pass(incoming, outgoing, { target, hasWorkers }).catch(() => {
      if (!outgoing.headersSent) outgoing.writeHead(502, { "content-type": "text/plain" });
      outgoing.end("the application does not answer");
    });
  };
  const onUpgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (failure !== null) {
      socket.end(`HTTP/1.1 ${failure} \r\n\r\n`);
      return;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    upgrade(incoming, socket, head, target);
  };
  const make = (): ReturnType<typeof createServer> => createServer(onRequest).on("upgrade", onUpgrade);

  const first = make();
  const bound = await listenOn(first, port, "127.0.0.1").catch((error: unknown) => {
    throw portProblem(error, port);
  });
  // `<name>.localhost` may mean either address; a machine without the other one does without.
  const second = make();
  const hasSecond = await listenOn(second, bound, "::1").then(
    () => true,
    () => false,
  );
  const cutSockets = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: bound,
    failWith: (status) => {
      failure = status;
    },
    allowWorkers: (isAllowed) => {
      hasWorkers = isAllowed;
    },
    cutSockets,
    stop: async () => {
      cutSockets();
      await Promise.all([stopServer(first), ...(hasSecond ? [stopServer(second)] : [])]);
    },
  };
}
