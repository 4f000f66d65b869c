// What a request asks for is done once, however often it arrives: its id is remembered for a day, in D1, so that it holds over all
// isolates.
import { createHmac } from "node:crypto";
import { configOf, type Env } from "../../env.ts";
import { AnswerStore } from "../../http/kept-answers.ts";

const DONE = { status: 204, headers: [], body: new Uint8Array() } as const;

/** True for the first who asks with `id`, of that `kind`. */
export async function isFirst(env: Env, kind: string, id: string): Promise<boolean> {
  const hash = (use: "id" | "seal") =>
    new Uint8Array(createHmac("sha256", configOf(env).cardSecret).update(`reed/once/${use}\0${kind}\0${id}`).digest());
  const store = new AnswerStore(env.PLATFORM, hash("id"), hash("seal"));
  if ((await store.begin(hash("id"), Date.now())).type !== "begun") return false;
  await store.keep(DONE);
  return true;
}
