// What a process has cost so far, as Linux counts it. Elsewhere the numbers are NaN and the table shows a dash.
import { readdirSync, readFileSync } from "node:fs";

const TICK_MS = 10;

export interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

export function usageOf(pid: number): Usage {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold spaces; what follows it does not.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, rssBytes: Number(resident) * 1024 };
  } catch {
    return { cpuMs: Number.NaN, rssBytes: Number.NaN };
  }
}

/** The children of `pid` whose command line holds `word`. */
export function childrenOf(pid: number, word: string): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((child) => {
        try {
          const stat = readFileSync(`/proc/${child}/stat`, "utf8");
          const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
          return parent === pid && readFileSync(`/proc/${child}/cmdline`, "utf8").includes(word);
        } catch {
          return false;
        }
      });
  } catch {
    return [];
  }
}
