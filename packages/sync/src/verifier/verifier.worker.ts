// The Worker that checks signatures for all notes of a page. It keeps nothing but the keys that it has seen, whose check is dear.
import { answerTo, isBatch } from "./batch.ts";

globalThis.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  if (!isBatch(data)) throw new TypeError("not a batch");
  answerTo(data).then(
    (answer) => globalThis.postMessage(answer),
    // Leads to an error event at the page, which then checks for itself.
    (error: unknown) => {
      setTimeout(() => {
        throw error;
      });
    },
  );
});

/** Before this the page checks for itself: it does not wait for a script to load. */
globalThis.postMessage("ready");
