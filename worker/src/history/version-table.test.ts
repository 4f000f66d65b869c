import { openNodeSql } from "@reed/testkit";
import { describe, expect, it } from "vitest";
import { authorRunsOf, MAX_AUTHOR_RUNS } from "./author-runs.ts";
import { MAX_NAMED_VERSIONS, type NewVersion, VERSIONS_TABLE, VersionTable } from "./version-table.ts";

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
const NOW_US = 1_790_000_000_000_000;

function emptyTable() {
  const sql = openNodeSql(":memory:");
  sql.run(VERSIONS_TABLE);
  return { sql, table: new VersionTable(sql) };
}

function versionAt(seq: number, atUs = NOW_US + seq): NewVersion {
  const text = `# Note ${seq}\n한글 😀\n`;
  return { seq, atUs, title: `Note ${seq}`, text, authors: [{ by: "user:ana", units: text.length }] };
}

function tableOf(...times: readonly number[]) {
  const { sql, table } = emptyTable();
  times.forEach((atUs, index) => table.add(versionAt(index + 1, atUs)));
  return { sql, table };
}

describe("the table of versions", () => {
  it("gives a version back as it was added, with the size of its text", () => {
    const { table } = emptyTable();
    const version = versionAt(7);
    table.add(version);
    const { text, authors, ...entry } = version;
    const bytes = new TextEncoder().encode(text).length;
    expect(table.entry(7)).toEqual({ ...entry, name: null, people: ["user:ana"], bytes });
    expect(table.find(7)).toEqual({ ...entry, name: null, people: ["user:ana"], bytes, text, authors });
    expect([table.find(8), table.entry(8)]).toEqual([null, null]);
  });

  it("keeps an empty text, and one of a megabyte in far less", () => {
    const { sql, table } = emptyTable();
    const text = "line after line\n".repeat(62_500);
    table.add({ seq: 1, atUs: NOW_US, title: "", text: "", authors: [] });
    table.add({ seq: 2, atUs: NOW_US, title: "line", text, authors: [{ by: null, units: text.length }] });
    expect(table.find(1)).toMatchObject({ text: "", authors: [], people: [], bytes: 0 });
    expect(table.find(2)?.text === text).toBe(true);
    expect(sql.run("SELECT length(text) AS size FROM versions WHERE seq = 2")[0]?.["size"]).toBeLessThan(10_000);
  });

  it("[V3] keeps one version of one place in the log", () => {
    const { table } = emptyTable();
    table.add(versionAt(7));
    table.name(7, "mine");
    table.add({ ...versionAt(7, NOW_US + HOUR_US), text: "other" });
    table.add(versionAt(8));
    expect(table.list(10).map(({ seq, name }) => [seq, name])).toEqual([
      [8, null],
      [7, "mine"],
    ]);
    expect(table.find(7)?.text).toBe(versionAt(7).text);
  });

  it("lists newest first, page by page, without a gap where a version goes between two pages", () => {
    const { sql, table } = tableOf(1, 2, 3, 4, 5);
    const seqsOf = (limit: number, beforeSeq?: number) => table.list(limit, beforeSeq).map(({ seq }) => seq);
    expect(seqsOf(2)).toEqual([5, 4]);
    sql.run("DELETE FROM versions WHERE seq = 4");
    expect(seqsOf(2, 4)).toEqual([3, 2]);
    expect(seqsOf(2, 2)).toEqual([1]);
    expect(seqsOf(2, 1)).toEqual([]);
  });

  it("names, renames and takes a name away", () => {
    const { table } = tableOf(NOW_US);
    for (const name of ["first draft", "Entwurf 😀", null]) {
      expect(table.name(1, name)).toBe("named");
      expect(table.list(1)[0]?.name).toBe(name);
    }
    expect(table.name(99, "x")).toBe("not_found");
  });

  it("[V5] holds 200 named versions, of which any can be renamed", () => {
    const { table } = tableOf(...Array.from({ length: MAX_NAMED_VERSIONS + 1 }, () => NOW_US));
    for (let seq = 1; seq <= MAX_NAMED_VERSIONS; seq += 1) expect(table.name(seq, `v${seq}`)).toBe("named");
    const last = MAX_NAMED_VERSIONS + 1;
    expect(table.name(last, "one more")).toBe("too_many");
    expect(table.list(1)[0]?.name).toBeNull();
    expect(table.name(1, "again")).toBe("named");
    table.name(1, null);
    expect(table.name(last, "one more")).toBe("named");
  });

  it("[V4] thins automatic versions by age and leaves named ones", () => {
    const day = NOW_US - 3 * DAY_US - (NOW_US % DAY_US);
    const { table } = tableOf(day + 1, day + HOUR_US, day + 2 * HOUR_US, NOW_US - HOUR_US / 2, NOW_US);
    table.name(1, "kept");
    expect(table.thin(NOW_US)).toBe(1);
    expect(table.list(10).map(({ seq }) => seq)).toEqual([5, 4, 3, 1]);
    expect(table.thin(NOW_US)).toBe(0);
  });

  it("drops all that are older than a place, named ones too", () => {
    const { table } = tableOf(1, 2, 3);
    table.name(1, "kept");
    table.dropBelow(3);
    expect(table.list(10).map(({ seq }) => seq)).toEqual([3]);
  });
});

describe("the authors of a version", () => {
  const principalOf = (client: number): string | null => (client === 0 ? null : client < 3 ? "user:ana" : "link:abc");

  it("are principals, with the clients of one joined", () => {
    const runs = [1, 2, 3, 0, 1].map((client) => ({ client, units: 2 }));
    expect(authorRunsOf(runs, principalOf)).toEqual([
      { by: "user:ana", units: 4 },
      { by: "link:abc", units: 2 },
      { by: null, units: 2 },
      { by: "user:ana", units: 2 },
    ]);
  });

  it("add up to the text also where there are more runs than are kept, and fit a row", () => {
    const runs = Array.from({ length: 300_000 }, (_, index) => ({ client: index, units: 1 + (index % 3) }));
    const authors = authorRunsOf(runs, (client) => `user:${client}`);
    const { sql, table } = emptyTable();
    table.add({ ...versionAt(1), authors });
    expect(authors).toHaveLength(MAX_AUTHOR_RUNS);
    expect(authors.reduce((sum, { units }) => sum + units, 0)).toBe(600_000);
    expect(table.find(1)?.authors).toEqual(authors);
    expect(table.entry(1)?.people).toHaveLength(20);
    expect(sql.run("SELECT length(authors) AS size FROM versions")[0]?.["size"]).toBeLessThan(500_000);
  });
});
