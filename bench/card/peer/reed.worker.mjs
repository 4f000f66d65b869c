// Reed's renderer alone, as the Worker has it: `/?n=1` draws a card that was not drawn before.
import { cardOf } from "../../../packages/card/src/index.ts";
import { rendererOf } from "../../../worker/src/card/renderer.ts";
import { BODY } from "./note.mjs";

export default {
  async fetch(request, env) {
    const number = new URL(request.url).searchParams.get("n") ?? "";
    const card = cardOf(`# Cabin weekend ${number}\n\n${BODY}`);
    const note = { type: "note", card, paper: "sand", icon: null, people: [], shape: "wide" };
    return new Response(await rendererOf(env).render(note), { headers: { "Content-Type": "image/png" } });
  },
};
