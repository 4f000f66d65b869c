// In a frame nothing may open another page by itself: every link that leads out goes through the host, and the app's own links never
// open a second copy of it.

import { navigate } from "../shell/use-route.ts";

const OUTWARD: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:"]);

/** Where a click on `anchor` leads. `out`: out of the app; `here`: to a place in it; null: nowhere that the page need know of. */
export function leadsTo(
  anchor: Pick<HTMLAnchorElement, "href" | "hasAttribute">,
  origin: string,
): { readonly type: "out" | "here"; readonly address: string } | null {
  if (anchor.href === "" || anchor.hasAttribute("download") || !URL.canParse(anchor.href)) return null;
  const { protocol, origin: target, pathname, hash } = new URL(anchor.href);
  if (!OUTWARD.has(protocol)) return null;
  return target === origin ? { type: "here", address: pathname + hash } : { type: "out", address: anchor.href };
}

/** The result stops it. */
export function interceptLinks(openLink: (address: string) => void): () => void {
  const follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button > 1 || !(event.target instanceof Element)) return;
    const anchor = event.target.closest("a");
    const leads = anchor === null ? null : leadsTo(anchor, location.origin);
    if (leads === null) return;
    event.preventDefault();
    if (leads.type === "out") openLink(leads.address);
    else navigate(leads.address);
  };
  document.addEventListener("click", follow);
  document.addEventListener("auxclick", follow);
  return () => {
    document.removeEventListener("click", follow);
    document.removeEventListener("auxclick", follow);
  };
}
