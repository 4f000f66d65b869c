export { editDistance, editsAllowed, isNear } from "./distance.ts";
export { fold } from "./fold.ts";
export { type Excerpt, excerptAt, firstMatch, matchOf } from "./highlight.ts";
export { parseQuery, type QueryTerm } from "./query.ts";
export { type Term, termSetOf, termsOf } from "./terms.ts";
