// What must hold of all of them once the faults have stopped and everything has come to rest.
import type { Person } from "./cast.ts";
import type { Device } from "./device.ts";
import type { Host } from "./host.ts";
import type { LogOracle } from "./log-oracle.ts";
import { assertThat } from "./violation.ts";

/** `isIn`: who has access. */
export function checkRest(
  host: Host,
  oracle: LogOracle,
  devices: ReadonlyMap<Person, Device>,
  isIn: (person: Person) => boolean,
): void {
  assertThat(host.disk.isClean, "the server comes to rest");
  const vector = JSON.stringify([...(host.room?.ledger?.vector ?? [])].toSorted(([a], [b]) => a - b));
  assertThat(vector === oracle.vector, "the log knows the clocks of its text and no others", () => vector);
  const here = [...devices].filter(([person, device]) => isIn(person) && device.isOpen).map(([, device]) => device);
  for (const device of here) device.checkAtRest();
  for (const [person, device] of devices) {
    const isOut = isIn(person) || device.engine?.facts.link !== "live";
    assertThat(isOut, "who lost access is out", () => device.name);
  }
  const connections = new Set(host.sockets.map(({ id }) => id));
  for (const device of here) {
    const ghost = [...device.peers.keys()].find((connection) => !connections.has(connection));
    assertThat(ghost === undefined, "nobody sees a peer that is gone", () => `${device.name} sees ${ghost}`);
  }
}
