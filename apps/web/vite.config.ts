import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    // Nothing inline: the page's policy allows scripts and fonts from its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
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
            { name: "app", tags: ["$initial"], test: (id) => !/\/(?:main\.tsx|index\.html)/u.test(id) },
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
