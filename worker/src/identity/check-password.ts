// Whether a password is its account's. Who has no account, and who has one, costs the same: a look-up, one hash, one comparison.
import type { Env } from "../env.ts";
import { configOf } from "../env.ts";
import { ApiProblem } from "../http/problem.ts";
import { type Account, passwordStatement } from "./accounts.ts";
import { Attempts, bucketsOf } from "./attempts.ts";
import { hashPassword, isOutdated, isPassword, type Passwords } from "./passwords.ts";

/** The account that `find` gives, if `password` is right for it; null for a wrong password and for nobody, alike. */
export async function checkPassword<T extends Pick<Account, "password">>(
  passwords: Passwords,
  find: () => Promise<T | null>,
  password: string,
): Promise<T | null> {
  const account = await find();
  const isRight = await isPassword(passwords, password, account?.password ?? null);
  return isRight ? account : null;
}

export interface Try {
  readonly username: string;
  readonly password: string;
  /** Where it comes from, as a key; null: not known. */
  readonly address: string | null;
}

/**
 * The same within the limits on trying, which a right password does not use up. Throws an ApiProblem otherwise. A hash of other
 * parameters than today's is made anew.
 */
export async function requirePassword(
  env: Env,
  { username, password, address }: Try,
  find: () => Promise<Account | null>,
): Promise<Account> {
  const { passwords } = configOf(env);
  const attempts = new Attempts(env.PLATFORM, passwords.pepper);
  const buckets = bucketsOf(username, address);
  await attempts.take(buckets, Date.now());
  const account = await checkPassword(passwords, find, password).catch(async (error: unknown) => {
    await attempts.giveBack(buckets); // nothing was learnt of the password
    throw error;
  });
  if (account === null) throw new ApiProblem("credentials_wrong");
  await attempts.giveBack(buckets);
  if (isOutdated(passwords, account.password)) {
    const { user, changedMs } = account;
    const anew = await hashPassword(passwords, password);
    await passwordStatement(env.PLATFORM, user.id, anew, { wasMs: changedMs, isMs: changedMs }).run();
  }
  return account;
}
