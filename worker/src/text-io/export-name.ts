// What a file is called when a note is taken away (RFC 6266): its title, in a form that every system takes.

/** Not in file names anywhere; and what would hide a file or end its name. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Cf}<>:"/\\|?*]/gu;
const MAX_CHARACTERS = 60;

/** The parameters of Content-Disposition. */
export function exportName(title: string, extension: string): string {
  const cleaned = title
    .replace(UNFIT, " ")
    .replace(/\s+/gu, " ")
    .replace(/^[ .]+/u, "");
  const name =
    [...cleaned]
      .slice(0, MAX_CHARACTERS)
      .join("")
      .replace(/[ .]+$/u, "") || "Note";
  const plain = name.replace(/[^\x20-\x7e]/g, "_").replace(/[%']/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*!]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${plain}.${extension}"; filename*=UTF-8''${encoded}.${extension}`;
}
