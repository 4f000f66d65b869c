// The built app as the card page carries it: the tags of its index.html, without those that the page has of its own.

export interface AppShell {
  /** Tags for the head: viewport, icons, manifest, styles, scripts. */
  readonly head: string;
  /** Content of the body: the element in which the app draws itself. */
  readonly body: string;
}

const OWN_TAGS = [
  /<meta\s[^>]*charset[^>]*>/gi,
  /<title>[\s\S]*?<\/title>/gi,
  /<meta\s[^>]*(?:name|property)="(?:description|theme-color|robots|googlebot|bingbot|og:[^"]*|twitter:[^"]*|article:[^"]*)"[^>]*>/gi,
  /<link\s[^>]*rel="(?:canonical|apple-touch-icon)"[^>]*>/gi,
  /<!--[\s\S]*?-->/g,
];

/** Takes the app's built index.html, which is ours and trusted, apart. Throws if it is no page with a script. */
export function parseAppShell(indexHtml: string): AppShell {
  const head = /<head[^>]*>([\s\S]*?)<\/head>/i.exec(indexHtml)?.[1];
  const body = /<body[^>]*>([\s\S]*)<\/body>/i.exec(indexHtml)?.[1];
  if (head === undefined || body === undefined || !/<script\s[^>]*src=/i.test(head + body))
    throw new Error("index.html is not the built app");
  const kept = OWN_TAGS.reduce((tags, own) => tags.replace(own, ""), head);
  return { head: withoutBlankLines(kept), body: withoutBlankLines(body) };
}

function withoutBlankLines(html: string): string {
  const lines = html.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join("\n");
}
