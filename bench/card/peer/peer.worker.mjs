// The same card by satori and resvg, laid out as simply as it can be, with one face.
import { CustomFont, ImageResponse } from "@cf-wasm/og/workerd";
import face from "../../../node_modules/@fontsource/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-400-normal.woff";
import { CODE, PROSE, TASKS } from "./note.mjs";

const node = (style, children) => ({ type: "div", props: { style: { display: "flex", ...style }, children } });
const font = new CustomFont("Text", face, { weight: 400, style: "normal" });

function sheet(title) {
  const rows = TASKS.map((task) =>
    node({ alignItems: "center", marginTop: 8 }, [
      node({ width: 36, height: 36, borderRadius: 9, border: "3px solid #98A09B", marginRight: 20 }, ""),
      node({ fontSize: 36 }, task),
    ]),
  );
  return node(
    {
      flexDirection: "column",
      width: 1200,
      height: 630,
      padding: 66,
      backgroundColor: "#FFF4D9",
      color: "#1F2623",
      fontFamily: "Text",
    },
    [
      node({ fontSize: 66 }, title),
      ...rows,
      node({ fontSize: 36, marginTop: 8 }, PROSE),
      node({ fontSize: 29, marginTop: 8, padding: 12, borderRadius: 14, backgroundColor: "#1F26230D" }, CODE),
    ],
  );
}

export default {
  async fetch(request) {
    const number = new URL(request.url).searchParams.get("n") ?? "";
    return ImageResponse.async(sheet(`Cabin weekend ${number}`), { width: 1200, height: 630, fonts: [font] });
  },
};
