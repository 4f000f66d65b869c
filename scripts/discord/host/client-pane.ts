// Discord as one person has it open: the activity, the channel beside it, and buttons for what a client does by itself.
import type { Change } from "../state.ts";
import { ActivityFrame } from "./activity-frame.ts";
import { h } from "./dom.ts";
import type { HostOptions } from "./host-options.ts";
import { type MessageActs, messageView } from "./message-view.ts";
import { actOf, readSlash } from "./slash.ts";
import type { Done, View } from "./view.ts";
import { act, launch, leave, leaveAtLast, look, type Place, say } from "./wire.ts";

const LAYOUTS = ["Focused", "Picture", "Grid"] as const;
const CHOICES_AFTER_MS = 200;

export interface PaneOptions {
  readonly user: string;
  readonly channel: string;
  readonly host: HostOptions;
  /** Which pane it is: each has its frame at an origin of its own, as if on a machine of its own. */
  readonly index: number;
  readonly inviteOthers: () => void;
}

export class ClientPane {
  readonly element: HTMLElement;
  /** Addresses that the app asked to open. */
  readonly opened: string[] = [];
  readonly shared: { readonly message: string; readonly customId: string | null }[] = [];
  frame: ActivityFrame | null = null;
  readonly #options: PaneOptions;
  readonly #place: Place;
  readonly #bar = h("div", { class: "bar" });
  readonly #stage = h("div", { class: "stage" });
  readonly #messages = h("ol", { class: "messages", "aria-label": "Messages" });
  readonly #notice = h("p", { class: "notice", role: "status" });
  readonly #choices = h("div", { class: "row" });
  readonly #input: HTMLInputElement;
  #view: View;
  #customId: string | null;
  #choicesTimer: ReturnType<typeof setTimeout> | undefined = undefined;

  private constructor(options: PaneOptions, view: View) {
    this.#options = options;
    this.#view = view;
    this.#customId = options.host.customId ?? null;
    this.#place = { user: options.user, channel: options.channel };
    const placeholder = `Message #${options.channel}, or /`;
    this.#input = h("input", { "aria-label": "Message", placeholder, oninput: () => this.#askChoices() });
    const composer = h(
      "form",
      { class: "composer", onsubmit: (event) => void this.#submit(event) },
      this.#choices,
      this.#input,
    );
    const channel = h("div", { class: "channel" }, this.#messages, this.#notice, composer);
    const body = h("div", { class: "body" }, this.#stage, channel);
    this.element = h("section", { class: "client", "aria-label": options.user }, this.#bar, body);
    addEventListener("pagehide", () => {
      if (this.frame !== null) leaveAtLast(this.#place);
    });
    this.#show();
  }

  static async open(options: PaneOptions): Promise<ClientPane> {
    return new ClientPane(options, await look(options));
  }

  /** Opens the activity as Discord does: the application may be asked first. */
  async launch(customId: string | null = this.#customId): Promise<void> {
    this.#customId = customId;
    this.#tell(await launch(this.#place));
  }

  async leave(): Promise<void> {
    this.frame?.remove();
    this.frame = null;
    this.#show();
    await leave(this.#place);
  }

  /** 0 focused, 1 picture in picture, 2 grid. */
  setLayout(mode: number): void {
    this.#change("ACTIVITY_LAYOUT_MODE_UPDATE", (frame) => {
      frame.layout = mode;
    });
  }

  /** 0 portrait, 1 landscape. */
  setOrientation(orientation: number): void {
    this.#change("ORIENTATION_UPDATE", (frame) => {
      frame.orientation = orientation;
    });
  }

  /** 0 nominal to 3 critical. */
  setThermal(state: number): void {
    this.#change("THERMAL_STATE_UPDATE", (frame) => {
      frame.thermal = state;
    });
  }

  /** What the state tells everybody. */
  async heard(change: Change): Promise<void> {
    if (change.channelId !== this.#view.channel.id) return;
    this.#view = await look(this.#place);
    if (change.type === "people") this.frame?.publish("ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE");
    if (change.type === "launch" && change.userId === this.#view.user.id) this.#start(change.instanceId);
    this.#show();
  }

  #change(event: string, set: (frame: ActivityFrame) => void): void {
    if (this.frame === null) return;
    set(this.frame);
    this.frame.publish(event);
    this.#show();
  }

  #start(instanceId: string): void {
    if (this.frame !== null) return;
    const { proxyPort, strangerUrl, user } = this.#view;
    const host = this.#options.index === 0 ? "127.0.0.1" : `${user.username}.localhost`;
    this.frame = new ActivityFrame({
      view: () => this.#view,
      origin: `http://${host}:${proxyPort}`,
      instanceId,
      host: this.#options.host,
      customId: this.#customId === "" ? null : this.#customId,
      strangerUrl,
      opened: (url) => {
        this.opened.push(url);
        this.#notice.replaceChildren(
          "The app asks to open ",
          h("a", { href: url, target: "_blank", rel: "noopener" }, url),
        );
      },
      shared: (message, customId) => {
        this.shared.push({ message, customId });
        const query = customId === null ? "" : `?custom_id=${encodeURIComponent(customId)}`;
        void say(this.#place, `${message}\nhttps://discord.com/activities/${this.#view.application.id}${query}`);
      },
      invited: this.#options.inviteOthers,
      closed: (code, message) => {
        this.#notice.textContent = `The app closed itself (${code}): ${message}`;
        void this.leave();
      },
    });
    this.#stage.replaceChildren(this.frame.element);
  }

  #tell(done: Done | null): void {
    this.#notice.textContent = done === null ? "That did not work." : (done.problem ?? "");
  }

  #askChoices(): void {
    clearTimeout(this.#choicesTimer);
    this.#choices.replaceChildren();
    const typed = readSlash(this.#input.value, this.#view.commands);
    if (this.#input.value === "/") {
      const names = this.#view.commands.filter(({ type }) => type === 1).map(({ name }) => name);
      this.#choices.replaceChildren(...names.map((name) => this.#choice(`/${name}`, `/${name} `, false)));
    }
    if (typed?.option?.autocomplete !== true) return;
    this.#choicesTimer = setTimeout(() => {
      void act(this.#place, actOf(typed, "autocomplete")).then((done) => {
        const start = this.#input.value.slice(0, this.#input.value.length - typed.value.length);
        const found = (done?.choices ?? []).map(({ name, value }) => this.#choice(name, start + value, true));
        this.#choices.replaceChildren(...found);
      });
    }, CHOICES_AFTER_MS);
  }

  #choice(label: string, line: string, isWhole: boolean): HTMLElement {
    const choose = (): void => {
      this.#input.value = line;
      this.#input.focus();
      if (isWhole) this.#input.form?.requestSubmit();
    };
    return h("button", { type: "button", class: "small", onclick: choose }, label);
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const line = this.#input.value.trim();
    if (line === "") return;
    this.#input.value = "";
    this.#choices.replaceChildren();
    const typed = readSlash(line, this.#view.commands);
    if (typed !== null) this.#tell(await act(this.#place, actOf(typed, "command")));
    else if (line.startsWith("/")) this.#notice.textContent = "The application has no such command.";
    else await say(this.#place, line);
  }

  #acts(): MessageActs {
    return {
      press: (messageId, customId) => void this.#do({ type: "button", messageId, customId }),
      menu: (messageId, name) => void this.#do({ type: "menu", messageId, name }),
      follow: (customId) => void this.launch(customId),
    };
  }

  async #do(what: Readonly<Record<string, unknown>>): Promise<void> {
    this.#tell(await act(this.#place, what));
  }

  #show(): void {
    const { frame } = this;
    const { user, channel, application, participants, messages } = this.#view;
    const picture =
      user.avatar === null
        ? []
        : [h("img", { src: `${this.#view.cdn}/avatars/${user.id}/${user.avatar}.png`, alt: "" })];
    const press = (label: string, isOn: boolean, onclick: () => void): HTMLElement =>
      h("button", { "aria-pressed": String(isOn), onclick }, label);
    const open = h("button", { class: "primary", onclick: () => void this.launch() }, `Open ${application.name}`);
    const controls =
      frame === null
        ? [open]
        : [
            h("button", { onclick: () => void this.leave() }, "Leave"),
            h(
              "span",
              { class: "group" },
              ...LAYOUTS.map((name, mode) => press(name, frame.layout === mode, () => this.setLayout(mode))),
            ),
            h(
              "span",
              { class: "group" },
              press("Portrait", frame.orientation === 0, () => this.setOrientation(0)),
              press("Landscape", frame.orientation === 1, () => this.setOrientation(1)),
              press("Hot", frame.thermal > 0, () => this.setThermal(frame.thermal > 0 ? 0 : 2)),
            ),
          ];
    const names = participants.map((person) => person.global_name ?? person.username).join(", ");
    this.#bar.replaceChildren(
      h("span", {}, ...picture, h("strong", {}, user.global_name ?? user.username), ` in #${channel.name}`),
      ...controls,
      h("span", { class: "note" }, names === "" ? "" : `Inside: ${names}`),
    );
    if (frame === null) this.#stage.replaceChildren(h("p", {}, "No activity is open here."));
    this.#stage.dataset["layout"] = String(frame?.layout ?? 0);
    this.#stage.dataset["orientation"] = String(frame?.orientation ?? 1);
    this.#stage.dataset["platform"] = this.#options.host.platform ?? "desktop";
    this.#messages.replaceChildren(...messages.map((message) => messageView(message, this.#view, this.#acts())));
    this.#messages.scrollTop = this.#messages.scrollHeight;
  }
}
