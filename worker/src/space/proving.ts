// How a space knows that somebody is still there. Of Discord it is asked of Discord; another kind of space would ask somebody else.

export interface Proving {
  /**
   * The ids of the people who are in `instance` of the channel now; empty where there is no such instance. Rejects where nobody
   * can say.
   */
  people(instance: string, channelId: string): Promise<ReadonlySet<string>>;
}
