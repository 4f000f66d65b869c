export { safeColor, safeName, textOn } from "./color.ts";
export type { Format } from "./commands/format.ts";
export type { CursorRange, RemoteCursor } from "./cursor.ts";
export { createEditor, type Editor, type EditorOptions, type EditorSnapshot } from "./editor.ts";
