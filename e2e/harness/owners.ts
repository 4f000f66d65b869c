// Somebody with notes, over the routes alone: for tests in which nobody looks at a screen.
import { createNoteResponseSchema, guestResponseSchema, linkSchema } from "@reed/api";
import { toBase64Url } from "@reed/bytes";
import { generateDeviceKey } from "@reed/crypto";
import * as v from "valibot";

export interface SharedNote {
  readonly id: string;
  readonly linkId: string;
  /** Without the fragment. */
  readonly page: string;
}

export class Owner {
  readonly #origin: string;
  readonly #device: string;
  readonly #token: string;

  private constructor(origin: string, device: string, token: string) {
    this.#origin = origin;
    this.#device = device;
    this.#token = token;
  }

  static async meet(origin: string, name = "Ana"): Promise<Owner> {
    const { publicKey } = await generateDeviceKey();
    const device = toBase64Url(publicKey);
    const body = JSON.stringify({ device, name });
    const answer = await fetch(`${origin}/api/guests`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    return new Owner(origin, device, v.parse(guestResponseSchema, await answer.json()).accessToken);
  }

  /** `terms`: of the link. */
  async share(text: string, terms: object = {}): Promise<SharedNote> {
    const { id } = v.parse(createNoteResponseSchema, await (await this.call("POST", "/api/notes", { text })).json());
    const made = await this.call("POST", `/api/notes/${id}/links`, { role: "viewer", ...terms });
    const link = v.parse(linkSchema, await made.json());
    return { id, linkId: link.id, page: `${this.#origin}/n/${id}/${link.id}` };
  }

  /** Comes to somebody's note by its link. */
  async visit({ id, linkId }: SharedNote): Promise<void> {
    await this.call("POST", `/api/notes/${id}/ticket`, { device: this.#device, linkId });
  }

  async call(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" };
    const answer = await fetch(this.#origin + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
