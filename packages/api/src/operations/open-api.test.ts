import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "./open-api.ts";
import { problemsOf } from "./operation.ts";
import { paramsOf, schemaOfParam } from "./params.ts";
import { OPERATIONS } from "./table.ts";
import { allowedAt, operationAt } from "./allowed-at.ts";

const NOTE = "AAAAAAAAAAAAAAAAAAAAAA";

describe("the table of operations", () => {
  it("has each id and each method of a path once", () => {
    const ids = OPERATIONS.map(({ id }) => id);
    const places = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(places).size).toBe(places.length);
  });

  it("has a form for whatever stands in a path", () => {
    for (const operation of OPERATIONS) expect(() => paramsOf(operation).map(schemaOfParam)).not.toThrow();
  });

  it("lets nobody write to a note whom it does not name", () => {
    const open = OPERATIONS.filter(
      ({ method, path, access }) =>
        method !== "GET" && path.startsWith("/api/notes/:noteId") && access.type === "public",
    );
    expect(open.map(({ id }) => id)).toEqual(["askTicket"]);
  });

  it("says of every call that it can be refused for its rate and fail", () => {
    for (const operation of OPERATIONS)
      expect(problemsOf(operation)).toEqual(expect.arrayContaining(["internal", "overloaded", "rate_limited"]));
  });

  it("finds what is at a path", () => {
    expect(allowedAt(`/api/notes/${NOTE}/links`)).toEqual(["GET", "POST"]);
    expect(allowedAt("/api/notes//links")).toEqual([]);
    expect(allowedAt("/og/shared/1.png")).toEqual(["GET"]);
    expect(allowedAt("/api/nothing")).toEqual([]);
    expect(operationAt("POST", "/api/notes")?.id).toBe("createNote");
    expect(operationAt("POST", `/api/notes/${NOTE}`)).toBeNull();
  });
});

describe("the OpenAPI document", () => {
  const document = openApiDocument("1.2.3");

  it("[H30] is a valid one of version 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(validator.version).toBe("3.1");
  });

  it("has every operation, and nothing that JSON can't hold", () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    const ids = [...JSON.stringify(document).matchAll(/"operationId":"(\w+)"/g)].map(([, id = ""]) => id);
    expect(ids.toSorted()).toEqual(OPERATIONS.map(({ id }) => id).toSorted());
  });

  it("names every parameter of every path", () => {
    const text = JSON.stringify(document);
    for (const name of new Set(OPERATIONS.flatMap(paramsOf))) expect(text).toContain(`"name":"${name}","in":"path"`);
  });
});
