export { authorship, type Run } from "./authorship.ts";
export { diffTexts } from "./diff.ts";
export { applyUpdates, encodeDocument, loadDocument, TEXT_ROOT, textOf } from "./document.ts";
export { editTowards, updatesOfText } from "./edit-towards.ts";
export { normaliseText } from "./normalise.ts";
export type { Piece } from "./piece.ts";
export { reapply } from "./reapply.ts";
export { stateHash } from "./state-hash.ts";
export { thin } from "./thin.ts";
