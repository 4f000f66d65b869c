// One activity in its frame: the host's end of the SDK's protocol, with the faults that were asked for.
import { type Args, type Client, CODES, EVENT_SCOPES, participantsOf, RpcError, runCommand } from "./commands.ts";
import { h } from "./dom.ts";
import type { HostFaults, HostOptions } from "./host-options.ts";
import type { View } from "./view.ts";

const SANDBOX = "allow-forms allow-popups allow-popups-to-escape-sandbox allow-scripts";

const OPCODE = { handshake: 0, frame: 1, close: 2 } as const;

/** `[opcode, data]`, as both sides send it. */
export type Envelope = readonly [number, Args];

export interface FrameOptions {
  readonly view: () => View;
  /** Where the frame's page comes from. */
  readonly origin: string;
  readonly instanceId: string;
  readonly host: HostOptions;
  readonly customId: string | null;
  /** The page of another origin, for READY from a stranger. */
  readonly strangerUrl: string;
  readonly opened: (url: string) => void;
  readonly shared: (message: string, customId: string | null) => void;
  readonly invited: () => void;
  readonly closed: (code: number, message: string) => void;
}

function isEnvelope(data: unknown): data is Envelope {
  return Array.isArray(data) && typeof data[0] === "number" && typeof data[1] === "object" && data[1] !== null;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

export class ActivityFrame {
  readonly element: HTMLIFrameElement;
  /** Everything that the app sent, oldest first. */
  readonly received: Envelope[] = [];
  /** The last rich presence; undefined before there was one. */
  activity: unknown = undefined;
  layout = 0;
  orientation = 1;
  thermal = 0;
  readonly #options: FrameOptions;
  readonly #client: Client;
  readonly #faults: HostFaults;
  readonly #subscribed = new Set<string>();
  readonly #listen = (event: MessageEvent<unknown>): void => {
    if (event.source !== this.element.contentWindow || !isEnvelope(event.data)) return;
    this.received.push(event.data);
    void this.#receive(event.data);
  };

  constructor(options: FrameOptions) {
    this.#options = options;
    this.#faults = options.host.faults ?? {};
    const { host, view, opened, shared, invited } = options;
    const platform = host.platform ?? "desktop";
    const active = (activity: unknown): void => {
      this.activity = activity;
    };
    this.#client = { view, platform, scopes: new Set(), opened, shared, invited, active };
    if (platform === "mobile") this.orientation = 0;
    const sandbox = host.isOpaque === true ? SANDBOX : `${SANDBOX} allow-same-origin`;
    const { user, application } = view();
    this.element = h("iframe", {
      title: `${application.name} (${user.username})`,
      sandbox,
      allow: "clipboard-write",
      src: this.#src(),
    });
    addEventListener("message", this.#listen);
  }

  #src(): string {
    const { origin, instanceId, host, view, customId } = this.#options;
    const { channel } = view();
    const place = channel.guildId === null ? `pc-${channel.id}` : `gc-${channel.guildId}-${channel.id}`;
    const query = new URLSearchParams({
      instance_id: instanceId,
      channel_id: channel.id,
      location_id: place,
      launch_id: instanceId.split("-")[1] ?? "",
      frame_id: crypto.randomUUID(),
      platform: host.platform ?? "desktop",
    });
    if (channel.guildId !== null) query.set("guild_id", channel.guildId);
    if (host.platform === "mobile") query.set("mobile_app_version", "260.0");
    if (customId !== null) query.set("custom_id", customId);
    if (host.referrerId !== undefined) query.set("referrer_id", host.referrerId);
    return `${origin}/?${query.toString()}`;
  }

  /** Sends an envelope as it is. */
  send(envelope: Envelope): void {
    this.element.contentWindow?.postMessage(envelope, "*");
  }

  /** Sends an event, whether or not the app subscribed to it. */
  dispatch(event: string, data: unknown): void {
    this.send([OPCODE.frame, { cmd: "DISPATCH", evt: event, nonce: null, data }]);
  }

  /** Sends an event if the app subscribed to it. */
  publish(event: string): void {
    if (this.#subscribed.has(event)) this.dispatch(event, this.#current(event));
  }

  close(code: number, message: string): void {
    this.send([OPCODE.close, { code, message }]);
  }

  /** Takes the app away, as when its user leaves. */
  remove(): void {
    removeEventListener("message", this.#listen);
    this.element.remove();
  }

  #current(event: string): unknown {
    switch (event) {
      case "ACTIVITY_LAYOUT_MODE_UPDATE":
        return { layout_mode: this.layout };
      case "ORIENTATION_UPDATE": {
        const orientation = this.orientation === 0 ? "portrait" : "landscape";
        return { screen_orientation: this.orientation, orientation };
      }
      case "THERMAL_STATE_UPDATE":
        return { thermal_state: this.thermal };
      case "ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE":
        return participantsOf(this.#options.view());
      default:
        return null;
    }
  }

  async #receive([opcode, data]: Envelope): Promise<void> {
    if (opcode === OPCODE.handshake) await this.#greet();
    else if (opcode === OPCODE.close) this.#options.closed(Number(data["code"]), String(data["message"]));
    else if (opcode === OPCODE.frame) await this.#answer(data);
  }

  async #greet(): Promise<void> {
    const { ready, close } = this.#faults;
    if (close !== undefined) return this.close(close, "closed by the local Discord");
    if (ready?.type === "never") return;
    if (ready?.type === "late") await wait(ready.ms);
    const { user } = this.#options.view();
    const { id, username, discriminator, avatar } = user;
    const person = { id, username, discriminator, ...(avatar === null ? {} : { avatar }) };
    const config = { cdn_host: "cdn.discordapp.com", api_endpoint: "//discord.com/api", environment: "production" };
    const envelope: Envelope = [
      OPCODE.frame,
      { cmd: "DISPATCH", evt: "READY", nonce: null, data: { v: 1, config, user: person } },
    ];
    if (ready?.type === "stranger") this.#letStrangerSay(envelope);
    else this.send(envelope);
  }

  #letStrangerSay(envelope: Envelope): void {
    const stranger = h("iframe", { title: "Another origin", class: "stranger", src: this.#options.strangerUrl });
    stranger.addEventListener("load", () => {
      const frame = Array.from({ length: frames.length }, (_, index) => index).find(
        (index) => frames[index] === this.element.contentWindow,
      );
      stranger.contentWindow?.postMessage({ frame, envelope }, "*");
    });
    document.body.append(stranger);
  }

  async #answer(data: Args): Promise<void> {
    const { cmd, nonce, args, evt } = data;
    const name = String(cmd);
    const fault = this.#faults.answers?.[name];
    const reply = (answered: unknown): void =>
      this.send([OPCODE.frame, { cmd: name, evt: null, nonce, data: answered }]);
    const refuse = (code: number, message: string): void =>
      this.send([OPCODE.frame, { cmd: name, evt: "ERROR", nonce, data: { code, message } }]);
    if (fault?.type === "missing") return;
    if (fault?.type === "wrong") return reply(fault.data);
    if (fault?.type === "error") return refuse(fault.code, fault.message);
    if (fault?.type === "late") await wait(fault.ms);
    try {
      if (this.#faults.unknown?.includes(name) === true)
        throw new RpcError(CODES.invalidCommand, `Invalid command: ${name}`);
      if (name === "SUBSCRIBE" || name === "UNSUBSCRIBE") {
        this.#subscribe(name, String(evt));
        reply({ evt });
        if (name === "SUBSCRIBE" && /LAYOUT|ORIENTATION|THERMAL/.test(String(evt))) this.publish(String(evt));
        return;
      }
      const given = typeof args === "object" && args !== null ? (args as Args) : {};
      reply(await runCommand(name, given, this.#client));
    } catch (error) {
      if (error instanceof RpcError) refuse(error.code, error.message);
      else refuse(1000, String(error));
    }
  }

  #subscribe(name: "SUBSCRIBE" | "UNSUBSCRIBE", event: string): void {
    const scope = EVENT_SCOPES[event];
    if (scope === undefined) throw new RpcError(CODES.invalidEvent, `Invalid event: ${event}`);
    if (scope !== null && !this.#client.scopes.has(scope)) {
      throw new RpcError(CODES.invalidPermissions, "Not authenticated or invalid scope");
    }
    if (name === "SUBSCRIBE") this.#subscribed.add(event);
    else this.#subscribed.delete(event);
  }
}
