// The renderer's tree, in two words: a box with a layout, and text.
import type { ContainerNode, ImageNode, Node, TextNode } from "@takumi-rs/wasm";

export type { Node } from "@takumi-rs/wasm";
type Style = NonNullable<ContainerNode["style"]>;

/** A flex box. Without children it gets no `children` at all: a box with only empty text in it is not drawn. */
export function box(style: Style, children: readonly Node[] = []): ContainerNode {
  const filled = { display: "flex", ...style };
  return children.length === 0
    ? { type: "container", style: filled }
    : { type: "container", style: filled, children: [...children] };
}

export function row(style: Style, children: readonly Node[] = []): ContainerNode {
  return box({ flexDirection: "row", ...style }, children);
}

export function column(style: Style, children: readonly Node[] = []): ContainerNode {
  return box({ flexDirection: "column", ...style }, children);
}

export function words(text: string, style: Style = {}): TextNode {
  return { type: "text", text, style };
}

/** One of the drawings in `picture/drawings.ts`. */
export function drawing(src: string, width: number, height: number, style: Style = {}): ImageNode {
  return { type: "image", src, width, height, style: { width, height, flexShrink: 0, ...style } };
}
