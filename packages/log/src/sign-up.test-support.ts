// A sign-up list as a bucket: so many places, first come, first served; who comes later waits, and moves up when somebody
// withdraws. The order of the log decides, so nobody is ever on the list on one device and waiting on another.
import { DecodeError } from "@reed/bytes";
import type { CborValue } from "./cbor.ts";
import { readPrincipal } from "./kept-bucket.ts";
import type { Principal } from "./principal.ts";
import type { BucketEntry, Judged, Reducer } from "./reducer.ts";

export const SIGN_UP_BUCKET = "sign-up";
export const JOIN = Uint8Array.of(1);
export const WITHDRAW = Uint8Array.of(0);

/** Everybody who is on the list, in the order in which they came. */
export type SignUp = readonly Principal[];

type SignUpChange = { readonly type: "joins" | "withdraws"; readonly person: Principal };
type SignUpFault = "payload" | "nobody" | "twice" | "not_on_list";

export const signUpReducer: Reducer<SignUp, SignUpChange, SignUpFault> = {
  bucket: SIGN_UP_BUCKET,
  empty: () => [],

  judge(list: SignUp, { payload, by }: BucketEntry): Judged<SignUpChange, SignUpFault> {
    const [person] = by;
    if (payload.length !== 1 || (payload[0] ?? 0) > 1) return { ok: false, fault: "payload" };
    if (person === undefined) return { ok: false, fault: "nobody" };
    const joins = payload[0] === 1;
    if (list.includes(person) === joins) return { ok: false, fault: joins ? "twice" : "not_on_list" };
    return { ok: true, change: { type: joins ? "joins" : "withdraws", person } };
  },

  apply(list: SignUp, _entry: BucketEntry, { type, person }: SignUpChange): SignUp {
    return type === "joins" ? [...list, person] : list.filter((other) => other !== person);
  },

  save: (list: SignUp): CborValue => list,

  load(saved: unknown): SignUp {
    if (!Array.isArray(saved)) throw new DecodeError("form", 0, "sign-up list");
    return saved.map(readPrincipal);
  },
};

/** Who has one of `places` places, and who waits. */
export function seatsOf(list: SignUp, places: number): { readonly going: SignUp; readonly waiting: SignUp } {
  return { going: list.slice(0, places), waiting: list.slice(places) };
}
