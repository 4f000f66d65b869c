// What a host page is asked to do, in the query of its address, so that a test and a person can ask for the same. Read by the
// page; written by LocalDiscord. Runs in both.

/** What the host does with one command. */
export type AnswerFault =
  | { readonly type: "late"; readonly ms: number }
  | { readonly type: "missing" }
  /** `data` is sent as the answer, whatever it is. */
  | { readonly type: "wrong"; readonly data: unknown }
  | { readonly type: "error"; readonly code: number; readonly message: string };

export interface HostFaults {
  /** `stranger`: READY comes from a window of another origin, and only from there. */
  readonly ready?: { readonly type: "late"; readonly ms: number } | { readonly type: "never" | "stranger" } | undefined;
  /** By command. */
  readonly answers?: Readonly<Record<string, AnswerFault>> | undefined;
  /** Commands that this host does not know (4002), as an old client. */
  readonly unknown?: readonly string[] | undefined;
  /** Sends CLOSE with this code as the answer to the handshake. */
  readonly close?: number | undefined;
}

export interface HostOptions {
  /** Usernames, each a client of its own, side by side. */
  readonly users: readonly string[];
  /** The name of a channel. */
  readonly channel: string;
  readonly platform?: "desktop" | "mobile" | undefined;
  /** What a link into the activity carries. */
  readonly customId?: string | undefined;
  readonly referrerId?: string | undefined;
  /** The frame gets an origin that nothing equals, as seen on iOS. */
  readonly isOpaque?: boolean | undefined;
  /** Whether the activity opens with the page. */
  readonly isOpen?: boolean | undefined;
  readonly faults?: HostFaults | undefined;
}

export function hostPath(options: HostOptions): string {
  const query = new URLSearchParams();
  for (const user of options.users) query.append("user", user);
  query.set("channel", options.channel);
  if (options.platform !== undefined) query.set("platform", options.platform);
  if (options.customId !== undefined) query.set("custom_id", options.customId);
  if (options.referrerId !== undefined) query.set("referrer_id", options.referrerId);
  if (options.isOpaque === true) query.set("opaque", "1");
  if (options.isOpen === true) query.set("open", "1");
  if (options.faults !== undefined) query.set("faults", JSON.stringify(options.faults));
  return `/?${query.toString()}`;
}

/** The counterpart of `hostPath`; without a user or a channel, those given. */
export function readHostOptions(search: string, users: readonly string[], channel: string): HostOptions {
  const query = new URLSearchParams(search);
  const named = query.getAll("user");
  const faults = query.get("faults");
  return {
    users: named.length > 0 ? named : users,
    channel: query.get("channel") ?? channel,
    platform: query.get("platform") === "mobile" ? "mobile" : "desktop",
    customId: query.get("custom_id") ?? undefined,
    referrerId: query.get("referrer_id") ?? undefined,
    isOpaque: query.get("opaque") === "1",
    isOpen: query.get("open") === "1",
    faults: faults === null ? undefined : (JSON.parse(faults) as HostFaults),
  };
}
