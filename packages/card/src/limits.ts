// Every bound of the card model. They make `cardOf` and `blocksOf` total: time and size are limited for any input.

/** UTF-16 units that the Markdown parser may see; a screenful several times over. What follows is shown as plain text. */
export const PARSED_LENGTH = 16 * 1024;

/** One parser call: micromark is quadratic on runs of delimiters and of headings (4.6 s for 16 KB of `*_`). */
export const CHUNK_LENGTH = 2 * 1024;
export const CHUNK_LINES = 64;
/** More inline delimiters than this in one chunk is no prose: the chunk is shown as it was typed. */
export const CHUNK_DELIMITERS = 400;
/** Underlines of headings in one chunk: each costs as much as all lines before it. */
export const CHUNK_UNDERLINES = 8;
/** Container marks (`>`, `-`, `1.`) at the start of one line; each open container costs on every line that follows. */
export const LINE_CONTAINERS = 8;

/** Bars of tables in one chunk: more are no table that anybody reads. */
export const CHUNK_BARS = 800;
export const TABLE_COLUMNS = 24;

/** Lists and quotes inside each other; what lies deeper is shown as it was typed. */
export const BLOCK_DEPTH = 8;

/** Lines below the heading. The picture draws seven; the eighth lets it fade. */
export const CARD_LINES = 8;
/** UTF-16 units of one line of the card: more than the whole picture can hold. */
export const LINE_LENGTH = 480;
/** Of one cell of a table. */
export const CELL_LENGTH = 80;
export const TITLE_LENGTH = 200;
/** Longer titles break embeds: Discord counts bytes, iMessage cuts at two lines. */
export const META_TITLE_LENGTH = 60;
export const EXCERPT_LENGTH = 150;
/** Longest address that becomes a link. */
export const LINK_LENGTH = 2000;
