import type { A } from "./zz-a.ts";
export interface B { readonly a: A | null }
