import react from "@vitejs/plugin-react";
import { defineConfig, type HtmlTagDescriptor, type Plugin } from "vite";

/** What main.ts itself needs before it can tell what else is to be loaded. */
const FIRST = /\/host\/launch\.ts|vite\/preload-helper/u;

/** The browser fetches the app's chunks along with main.ts, which imports them only when it has looked at the address. */
function preloadApp(): Plugin {
  return {
    name: "reed:preload-app",
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle = {} }): HtmlTagDescriptor[] => {
        const names = new Set<string>();
        const add = (name: string): void => {
          const file = bundle[name];
          if (file?.type !== "chunk" || names.has(name) || html.includes(name)) return;
          names.add(name);
          for (const next of file.imports) add(next);
        };
        for (const file of Object.values(bundle)) {
          if (file.type === "chunk" && file.name === "browser-start") add(file.fileName);
        }
        return [...names].map((name) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `/${name}` },
          injectTo: "head",
        }));
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), preloadApp()],
  build: {
    target: "es2023",
    // Nothing inline: the page's policy allows scripts and fonts from its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The app is loaded by an import of main.ts, and is as much of a beginning as main.ts is.
      input: { index: "index.html", "browser-start": "src/browser-start.tsx" },
      output: {
        // Three files that change at different times: a release of the app leaves the other two in the browser's cache. Without the
        // third group the app would fall into a file for every set of modules that a dialog, or Discord's start, shares with it.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(?:react|react-dom|scheduler)\// },
            {
              name: "editor",
              test: /node_modules\/(?:@codemirror|@lezer|@marijn|crelt|style-mod|w3c-keyname|yjs|lib0|y-codemirror\.next)\//,
            },
            { name: "first", test: FIRST, priority: 1 },
            {
              name: "app",
              tags: ["$initial"],
              test: (id) => !/\/(?:main\.ts|browser-start\.tsx|index\.html)|\.css$/u.test(id),
            },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { "/api": { target: "http://localhost:8787", ws: true }, "/og": "http://localhost:8787" },
  },
});
