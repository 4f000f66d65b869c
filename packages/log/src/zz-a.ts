import type { B } from "./zz-b.ts";
export interface A { readonly b: B }
