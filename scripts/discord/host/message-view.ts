// A message as people see it: text, pictures, buttons. As much of Discord's layout as the application uses, and no more.
import type { Component, Message } from "../message-shape.ts";
import { h } from "./dom.ts";
import type { View } from "./view.ts";

const LOADING = 128;
const EPHEMERAL = 64;
const LINK_STYLE = 5;
const PRIMARY_STYLE = 1;

export interface MessageActs {
  readonly press: (messageId: string, customId: string) => void;
  readonly menu: (messageId: string, command: string) => void;
  /** A link into the activity. */
  readonly follow: (customId: string) => void;
}

function listOf(value: unknown): readonly Component[] {
  return Array.isArray(value) ? (value as readonly Component[]) : [];
}

function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function urlOf(media: unknown): string {
  return typeof media === "object" && media !== null && "url" in media ? stringOf(media.url) : "";
}

/** Bold and headings, of the Markdown that there is; the rest is shown as it is written. */
function textView(content: string): HTMLElement {
  const paragraph = h("p");
  for (const line of content.split("\n")) {
    const heading = /^#{1,3} (.*)$/.exec(line);
    const isSmall = line.startsWith("-# ");
    const text = heading?.[1] ?? (isSmall ? line.slice(3) : line);
    const parts = text.split(/\*\*(.+?)\*\*/).map((part, index) => (index % 2 === 1 ? h("b", {}, part) : part));
    const shown = heading === null ? h("span", isSmall ? { class: "note" } : {}, ...parts) : h("b", {}, ...parts);
    paragraph.append(shown, "\n");
  }
  return paragraph;
}

function pictureView(media: unknown, description: unknown): HTMLElement {
  return h("img", { src: urlOf(media), alt: stringOf(description) });
}

function buttonView(button: Component, message: Message, acts: MessageActs): HTMLElement {
  const label = stringOf(button["label"]);
  if (button["style"] === LINK_STYLE)
    return h("a", { href: stringOf(button["url"]), target: "_blank", rel: "noopener" }, label);
  const customId = stringOf(button["custom_id"]);
  const look = button["style"] === PRIMARY_STYLE ? { class: "primary" } : {};
  const isOff = button["disabled"] === true;
  return h("button", { ...look, disabled: isOff, onclick: () => acts.press(message.id, customId) }, label);
}

function componentView(component: Component, message: Message, acts: MessageActs): HTMLElement {
  const inner = (): HTMLElement[] => listOf(component["components"]).map((part) => componentView(part, message, acts));
  switch (component.type) {
    case 1:
      return h("div", { class: "row" }, ...inner());
    case 2:
      return buttonView(component, message, acts);
    case 9:
      return h(
        "div",
        {},
        ...inner(),
        ...listOf([component["accessory"]]).map((part) => componentView(part, message, acts)),
      );
    case 10:
      return textView(stringOf(component["content"]));
    case 11:
      return pictureView(component["media"], component["description"]);
    case 12: {
      const items = Array.isArray(component["items"]) ? (component["items"] as readonly Component[]) : [];
      return h("div", {}, ...items.map((item) => pictureView(item["media"], item["description"])));
    }
    case 14:
      return h("hr");
    case 17: {
      const colour = component["accent_color"];
      const view = h("div", { class: "container" }, ...inner());
      if (typeof colour === "number") view.style.borderColor = `#${colour.toString(16).padStart(6, "0")}`;
      return view;
    }
    default:
      return h("p", { class: "note" }, `(a component of type ${component.type})`);
  }
}

/** The text of a person's message; links into the activity become a button. */
function contentView(content: string, view: View, acts: MessageActs): readonly HTMLElement[] {
  const link = new RegExp(`https://discord\\.com/activities/${view.application.id}(?:\\?custom_id=([^\\s&]*))?`).exec(
    content,
  );
  if (content === "") return [];
  if (link === null) return [textView(content)];
  const customId = decodeURIComponent(link[1] ?? "");
  const button = h(
    "button",
    { class: "primary", onclick: () => acts.follow(customId) },
    `Join ${view.application.name}`,
  );
  return [textView(content), h("div", { class: "row" }, button)];
}

export function messageView(message: Message, view: View, acts: MessageActs): HTMLElement {
  const { author, flags } = message;
  const named = message.components.some(({ type }) => type === 12 || type === 17);
  const pictures = named ? [] : message.attachments.filter(({ content_type: type }) => type.startsWith("image/"));
  const menus = author.bot === true ? [] : view.commands.filter(({ type }) => type === 3);
  return h(
    "li",
    {},
    h("span", { class: "who" }, author.global_name ?? author.username),
    ...(author.bot === true ? [h("span", { class: "note" }, "App")] : []),
    ...((flags & LOADING) === 0 ? [] : [h("p", { class: "note" }, `${view.application.name} is thinking…`)]),
    ...contentView(message.content, view, acts),
    ...message.components.map((component) => componentView(component, message, acts)),
    ...pictures.map(({ url, description }) => pictureView({ url }, description)),
    ...((flags & EPHEMERAL) === 0 ? [] : [h("p", { class: "note" }, "Only you can see this.")]),
    ...(menus.length === 0
      ? []
      : [
          h(
            "div",
            { class: "row" },
            ...menus.map(({ name }) =>
              h("button", { class: "small", onclick: () => acts.menu(message.id, name) }, name),
            ),
          ),
        ]),
  );
}
