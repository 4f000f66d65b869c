// The contract as a page: plain HTML from the document, with no script and nothing from elsewhere. Everything in it is escaped.
import * as v from "valibot";

const schemaHolder = v.object({ schema: v.optional(v.unknown()) });
const contentSchema = v.record(v.string(), schemaHolder);
const operationSchema = v.object({
  operationId: v.string(),
  summary: v.string(),
  tags: v.array(v.string()),
  security: v.array(v.record(v.string(), v.unknown())),
  parameters: v.array(v.object({ name: v.string(), in: v.string(), required: v.boolean(), schema: v.unknown() })),
  requestBody: v.optional(v.object({ required: v.boolean(), content: contentSchema })),
  responses: v.record(v.string(), v.object({ description: v.string(), content: v.optional(contentSchema) })),
});
/** As much of the document as the page shows. */
const shownDocument = v.object({
  info: v.object({ title: v.string(), version: v.string(), description: v.string() }),
  paths: v.record(v.string(), v.record(v.string(), operationSchema)),
});

type Shown = v.InferOutput<typeof operationSchema>;
type Content = v.InferOutput<typeof contentSchema>;

interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Shown;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 54rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h2 { margin: 2.5rem 0 .5rem; }
details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .5rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: .75rem; background: color-mix(in srgb, currentColor 7%, transparent); }
.method { display: inline-block; min-width: 4rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: .25rem .75rem .25rem 0; overflow-wrap: anywhere; }
`;

/** `document`: what openApiDocument gives. Throws where it is another. */
export function docsPage(document: unknown): string {
  const { info, paths } = v.parse(shownDocument, document);
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Call => ({ method: method.toUpperCase(), path, operation })),
  );
  const nouns = [...new Set(calls.flatMap(({ operation }) => operation.tags))];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)} API ${escape(info.version)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(info.title)} API ${escape(info.version)}</h1>
<p>${prose(info.description)} The same as a document: <a href="/api/openapi.json">openapi.json</a>.</p>
<nav aria-label="Nouns"><p>${nouns.map((noun) => `<a href="#${escape(noun)}">${escape(noun)}</a>`).join(" · ")}</p></nav>
${nouns.map((noun) => nounPart(noun, calls)).join("\n")}
</main>
</body>
</html>
`;
}

function nounPart(noun: string, calls: readonly Call[]): string {
  const own = calls.filter(({ operation }) => operation.tags.includes(noun));
  return `<section id="${escape(noun)}"><h2>${escape(noun)}</h2>\n${own.map(callPart).join("\n")}\n</section>`;
}

function callPart({ method, path, operation }: Call): string {
  const { operationId, summary, security, parameters, requestBody, responses } = operation;
  const ways = security.map((way) => Object.keys(way)[0] ?? "nothing").join(" or ");
  return `<details id="${escape(operationId)}">
<summary><code><span class="method">${escape(method)}</span>${escape(path)}</code> ${escape(summary)}</summary>
<p>By ${escape(ways)}.</p>
${parameters.length === 0 ? "" : parametersPart(parameters)}
${requestBody === undefined ? "" : `<h3>Body${requestBody.required ? "" : " (may be left out)"}</h3>${contentPart(requestBody.content)}`}
<h3>Answers</h3>
${Object.entries(responses)
  .map(
    ([status, { description, content }]) =>
      `<p><strong>${escape(status)}</strong> ${prose(description)}</p>${answerPart(content)}`,
  )
  .join("\n")}
</details>`;
}

function parametersPart(parameters: Shown["parameters"]): string {
  const rows = parameters.map(
    ({ name, in: place, required, schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${escape(place)}${required ? "" : ", optional"}</td><td><code>${escape(JSON.stringify(schema))}</code></td></tr>`,
  );
  return `<table><thead><tr><th>Name</th><th>Where</th><th>Form</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function answerPart(content: Content | undefined): string {
  return content === undefined || "application/problem+json" in content ? "" : contentPart(content);
}

function contentPart(content: Content): string {
  return Object.entries(content)
    .map(([media, { schema }]) => {
      const form = schema === undefined ? "" : `<pre>${escape(JSON.stringify(schema, null, 2))}</pre>`;
      return `<p><code>${escape(media)}</code></p>${form}`;
    })
    .join("\n");
}

/** Text in which \`…\` is code. */
function prose(text: string): string {
  return escape(text).replace(/`([^`]*)`/g, "<code>$1</code>");
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
