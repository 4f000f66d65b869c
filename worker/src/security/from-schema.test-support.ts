// Values from a JSON Schema, as far as the contract uses it: those that it allows, and those that it does not.
import fc from "fast-check";
import * as v from "valibot";

const schemaForm = v.looseObject({
  type: v.optional(v.union([v.string(), v.array(v.string())])),
  pattern: v.optional(v.string()),
  format: v.optional(v.string()),
  enum: v.optional(v.array(v.unknown())),
  const: v.optional(v.unknown()),
  anyOf: v.optional(v.array(v.unknown())),
  allOf: v.optional(v.array(v.unknown())),
  items: v.optional(v.unknown()),
  prefixItems: v.optional(v.array(v.unknown())),
  properties: v.optional(v.record(v.string(), v.unknown())),
  required: v.optional(v.array(v.string())),
  minLength: v.optional(v.number()),
  maxLength: v.optional(v.number()),
  minimum: v.optional(v.number()),
  maximum: v.optional(v.number()),
  maxItems: v.optional(v.number()),
});

/** Strings that programs have stumbled over. */
export const HOSTILE_STRINGS = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "\u202e\ufeff",
  "null",
  "-1",
  "0x10",
  "1e309",
  "9007199254740993",
  "' OR '1'='1",
  "'; DROP TABLE users; --",
  "% OR _",
  "../../../../etc/passwd",
  "..\\..\\windows",
  "%2e%2e%2f",
  "%00",
  "{{7*7}}",
  "${7*7}",
  "<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "A".repeat(5000),
  "é".normalize("NFD").repeat(300),
] as const;

/** Values that `schema` allows. A format that is not checked there is one the call may still refuse. */
export function allowed(schema: unknown): fc.Arbitrary<unknown> {
  const form = v.parse(schemaForm, schema);
  if (form.const !== undefined) return fc.constant(form.const);
  if (form.enum !== undefined) return fc.constantFrom(...form.enum);
  if (form.anyOf !== undefined) return fc.oneof(...form.anyOf.map(allowed));
  const [type] = typeof form.type === "string" ? [form.type] : (form.type ?? []);
  switch (type) {
    case "string":
      return allowedString(form);
    case "integer":
      return fc.integer({ min: form.minimum ?? 0, max: Math.min(form.maximum ?? 1_000_000, 2 ** 31 - 1) });
    case "number":
      return fc.integer({ min: form.minimum ?? 0, max: Math.min(form.maximum ?? 1_000_000, 2 ** 31 - 1) });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(form.items === undefined ? fc.jsonValue() : allowed(form.items), {
        maxLength: Math.min(form.maxItems ?? 5, 5),
      });
    case "object":
      return allowedObject(form);
    default:
      return fc.jsonValue();
  }
}

/** Values that have little to do with any schema, or a great deal but for one thing. */
export function strange(schema: unknown): fc.Arbitrary<unknown> {
  const near = allowed(schema).chain((value) => fc.oneof(...spoilt(value)));
  return fc.oneof(near, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom<unknown>(...HOSTILE_STRINGS), deep());
}

function allowedString(form: v.InferOutput<typeof schemaForm>): fc.Arbitrary<string> {
  if (form.format === "date-time")
    return fc
      .date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (form.format === "uuid") return fc.uuid();
  if (form.pattern !== undefined) {
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = form;
    return fc
      .stringMatching(new RegExp(form.pattern), { size: minLength > 40 ? "large" : "small" })
      .map((text) => text.padEnd(minLength, "A").slice(0, Math.min(maxLength, 4000)));
  }
  return fc.string({
    minLength: form.minLength ?? 0,
    maxLength: Math.min(form.maxLength ?? 60, 200),
    unit: "grapheme",
  });
}

function allowedObject({ properties = {}, required = [] }: v.InferOutput<typeof schemaForm>): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, allowed(schema)]));
  return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) }).map((value) => ({ ...value }));
}

function spoilt(value: unknown): readonly [fc.Arbitrary<unknown>, ...fc.Arbitrary<unknown>[]] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [fc.constant([value]), fc.constantFrom<unknown>(...HOSTILE_STRINGS)];
  const names = Object.keys(value);
  const wrong = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(...HOSTILE_STRINGS, Number.MAX_VALUE, -1),
  );
  const more = fc
    .tuple(fc.constantFrom("role", "id", "userId", "isAdmin", "owner", "constructor", "toString"), wrong)
    .map(([name, extra]) => ({ ...value, [name]: extra }));
  const poisoned = wrong.map((extra) => JSON.parse(`{"__proto__": ${JSON.stringify(extra)}}`) as unknown);
  if (names.length === 0) return [more, poisoned];
  const changed = fc.tuple(fc.constantFrom(...names), wrong).map(([name, other]) => ({ ...value, [name]: other }));
  const missing = fc
    .constantFrom(...names)
    .map((name) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)));
  return [changed, missing, more, poisoned];
}

function deep(): fc.Arbitrary<unknown> {
  return fc.integer({ min: 100, max: 2000 }).map((depth) => {
    let value: unknown = 1;
    for (let at = 0; at < depth; at++) value = at % 2 === 0 ? [value] : { a: value };
    return value;
  });
}
