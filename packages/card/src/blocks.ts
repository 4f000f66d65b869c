// A note's text to blocks. Total: any string gives blocks, in bounded time for the parsed beginning and one pass for the
// rest, which comes as plain paragraphs. The blocks are lazy, so that a card pays only for what it shows.
import type { List as MdastList, ListItem as MdastListItem, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmStrikethroughFromMarkdown } from "mdast-util-gfm-strikethrough";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTaskListItemFromMarkdown } from "mdast-util-gfm-task-list-item";
import { gfmStrikethrough } from "micromark-extension-gfm-strikethrough";
import { gfmTable } from "micromark-extension-gfm-table";
import { gfmTaskListItem } from "micromark-extension-gfm-task-list-item";
import { assertNever } from "./assert-never.ts";
import type { Block, ListItem } from "./block.ts";
import { type Chunk, chunks } from "./chunk.ts";
import { BLOCK_DEPTH } from "./limits.ts";
import { plainRuns, runsOf } from "./phrasing.ts";
import { tableOf } from "./table.ts";
import { visibleText } from "./visible.ts";

const OPTIONS = {
  extensions: [gfmStrikethrough({ singleTilde: false }), gfmTable(), gfmTaskListItem()],
  mdastExtensions: [gfmStrikethroughFromMarkdown(), gfmTableFromMarkdown(), gfmTaskListItemFromMarkdown()],
};

/** The whole note, block by block. */
export function* blocksOf(text: string): Generator<Block> {
  for (const chunk of chunks(text)) yield* chunkBlocks(chunk);
}

function* chunkBlocks(chunk: Chunk): Generator<Block> {
  switch (chunk.type) {
    case "code":
      yield { type: "code", language: visibleText(chunk.language), text: visibleText(chunk.text) };
      return;
    case "plain":
      yield* plainParagraphs(chunk.text);
      return;
    case "markdown":
      if (chunk.text.trim() === "") return;
      for (const node of fromMarkdown(chunk.text, OPTIONS).children) yield* nodeBlocks(node, chunk.text, 0);
      return;
    default:
      assertNever(chunk);
  }
}

function nodeBlocks(node: RootContent, source: string, depth: number): readonly Block[] {
  if (depth >= BLOCK_DEPTH) return typedBlocks(node, source);
  switch (node.type) {
    case "heading":
      return [{ type: "heading", level: node.depth, runs: runsOf(node.children) }];
    case "paragraph":
      return [{ type: "paragraph", runs: runsOf(node.children) }];
    case "blockquote":
      return [{ type: "quote", blocks: node.children.flatMap((child) => nodeBlocks(child, source, depth + 1)) }];
    case "list":
      return [
        { type: "list", start: listStart(node), items: node.children.map((item) => listItem(item, source, depth + 1)) },
      ];
    case "code":
      return [{ type: "code", language: visibleText(node.lang ?? ""), text: visibleText(node.value) }];
    case "thematicBreak":
      return [{ type: "rule" }];
    case "definition":
      return [];
    case "table":
      return [tableOf(node)];
    case "html":
    case "footnoteDefinition":
    case "yaml":
      return typedBlocks(node, source);
    // These stand inside other nodes only.
    case "listItem":
    case "tableRow":
    case "tableCell":
    case "text":
    case "emphasis":
    case "strong":
    case "delete":
    case "inlineCode":
    case "break":
    case "image":
    case "link":
    case "linkReference":
    case "imageReference":
    case "footnoteReference":
      return typedBlocks(node, source);
    default:
      return assertNever(node);
  }
}

function listStart(list: MdastList): number | null {
  return list.ordered === true ? (list.start ?? 1) : null;
}

function listItem(item: MdastListItem, source: string, depth: number): ListItem {
  return { done: item.checked ?? null, blocks: item.children.flatMap((child) => nodeBlocks(child, source, depth)) };
}

/** A node that has no form in the model, or lies too deep, as it was typed. */
function typedBlocks(node: RootContent, source: string): readonly Block[] {
  return [...plainParagraphs(source.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0))];
}

function* plainParagraphs(text: string): Generator<Block> {
  for (const paragraph of text.replace(/\r\n?/g, "\n").split(/\n(?:[ \t]*\n)+/)) {
    const runs = plainRuns(paragraph.replace(/^\n+|\n+$/g, ""));
    if (runs.length > 0) yield { type: "paragraph", runs };
  }
}
