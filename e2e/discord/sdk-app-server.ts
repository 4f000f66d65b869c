// Serves sdk-app.ts as an application would be served, with a policy that Discord's proxy must replace, and answers interactions.
import path from "node:path";
import { build } from "vite";
import { type Listening, serve } from "../../scripts/discord/http.ts";

const HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>starting</title>
<script>window.inlineRan = true;</script><script type="module" src="/app.js"></script></head><body><h1>Application</h1></body></html>`;

/** The bundle's text, with the real SDK in it. */
async function bundle(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      target: "es2023",
      rolldownOptions: { input: path.join(import.meta.dirname, "sdk-app.ts") },
    },
  });
  const [result] = Array.isArray(made) ? made : [made];
  if (result === undefined || !("output" in result)) throw new Error("vite built nothing");
  return result.output[0].code;
}

const CARD = {
  type: 4,
  data: {
    flags: 32_768,
    allowed_mentions: { parse: [] },
    components: [
      {
        type: 17,
        accent_color: 0x44_53_c4,
        components: [
          { type: 10, content: "### A note\nOf **bread**" },
          { type: 1, components: [{ type: 2, style: 1, label: "Open note", custom_id: "open:A" }] },
        ],
      },
    ],
  },
};

/** Commands are answered with a card, its button with an activity. */
async function answerInteraction(request: Request): Promise<Response> {
  const body: unknown = await request.json();
  const isPressed = typeof body === "object" && body !== null && "type" in body && body.type === 3;
  return Response.json(isPressed ? { type: 12 } : CARD);
}

export async function startSdkApp(): Promise<Listening> {
  const script = await bundle();
  return serve({ port: 0, host: "127.0.0.1" }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/discord/interactions") return answerInteraction(request);
    if (pathname === "/app.js") return new Response(script, { headers: { "Content-Type": "text/javascript" } });
    if (pathname !== "/") return new Response(null, { status: 404 });
    const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'" };
    return new Response(HTML, { headers });
  });
}
