// The handle on the device's database. A dead one (another tab's upgrade, Safari losing its connection to the database server) is
// dropped and opened anew once; what fails after that is the caller's to tell. Whoever writes goes through `inTransaction`.
import { openDatabase, type ReedDatabase } from "./idb-schema.ts";

/** `isAgain`: the handle died under the first try, which may or may not have been kept. */
export type IdbWork<Result> = (database: ReedDatabase, isAgain: boolean) => Promise<Result>;

interface Transaction {
  readonly done: Promise<void>;
  readonly error: DOMException | null;
  abort(): void;
}

export class IdbConnection {
  readonly #name: string;
  #database: Promise<ReedDatabase> | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  async use<Result>(work: IdbWork<Result>): Promise<Result> {
    const database = await this.#open();
    try {
      return await work(database, false);
    } catch (error) {
      if (!isDeadHandle(error)) throw error;
      this.#database = null;
      return work(await this.#open(), true);
    }
  }

  async close(): Promise<void> {
    const database = await this.#database;
    this.#database = null;
    database?.close();
  }

  #open(): Promise<ReedDatabase> {
    if (this.#database !== null) return this.#database;
    const opening = openDatabase(this.#name, () => forget());
    const forget = (): void => {
      if (this.#database === opening) this.#database = null;
    };
    opening.catch(forget);
    this.#database = opening;
    return opening;
  }
}

/** Resolves when the transaction has ended with all that `work` asked of it. Where any of that fails, nothing of it is kept. */
export async function inTransaction<Result>(transaction: Transaction, work: () => Promise<Result>): Promise<Result> {
  const ended = transaction.done.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  try {
    const result = await work();
    const failure = await ended;
    if (failure !== null) throw failure.error;
    return result;
  } catch (error) {
    abort(transaction);
    await ended;
    throw transaction.error ?? error;
  }
}

/** Starts all requests at once. One that can't even be started fails like any other, so that none is left unwatched. */
export async function all(requests: readonly (() => Promise<unknown>)[]): Promise<void> {
  await Promise.all(requests.map(async (request) => request()));
}

function abort(transaction: Transaction): void {
  try {
    transaction.abort();
  } catch {
    // It was over already.
  }
}

function isDeadHandle(error: unknown): boolean {
  return (
    error instanceof DOMException && (error.name === "InvalidStateError" || /connection|closing/i.test(error.message))
  );
}
