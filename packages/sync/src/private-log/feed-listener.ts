/** Whoever keeps the user's list of notes: it comes over the private log's socket. Called in the tab that leads. */
export interface FeedListener {
  /** The server has greeted, or greeted anew: what it was asked besides the log, it is to be asked again. */
  onGreeted(): void;
  onFeed(frame: Uint8Array): void;
}
