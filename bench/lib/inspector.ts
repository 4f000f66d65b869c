// What V8 says about a Worker's heap, through workerd's inspector. Taking a heap snapshot is the one way to make it collect its
// garbage there: it never answers the call that is meant for that.

const WITHIN_MS = 30_000;

interface Answer {
  readonly id?: number | undefined;
  readonly result?: { readonly usedSize?: number | undefined } | undefined;
}

/** Bytes of heap in use after a full collection; NaN where the inspector does not say. */
export async function heapBytes(inspectorPort: number): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${inspectorPort}/core:user:bench`);
  try {
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error("no inspector")));
    });
    await ask(socket, 1, "HeapProfiler.enable");
    await ask(socket, 2, "HeapProfiler.takeHeapSnapshot");
    return (await ask(socket, 3, "Runtime.getHeapUsage"))?.result?.usedSize ?? Number.NaN;
  } finally {
    socket.close();
  }
}

function ask(socket: WebSocket, id: number, method: string): Promise<Answer | null> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(null), WITHIN_MS);
    const onMessage = ({ data }: MessageEvent<unknown>): void => {
      const text = String(data);
      // A snapshot comes in many pieces; none of them is looked at.
      if (!text.startsWith(`{"id":${id},`)) return;
      clearTimeout(late);
      socket.removeEventListener("message", onMessage);
      resolve(JSON.parse(text) as Answer);
    };
    socket.addEventListener("message", onMessage);
    socket.send(JSON.stringify({ id, method }));
  });
}
