// One schedule: a handful of people, a server, and everything that goes wrong, all of it drawn from one seed. What must always
// hold is checked after every event; then the faults stop, and everybody must come to rest with the same text.
import { setImmediate } from "node:timers/promises";
import { type Grant, isLinkPrincipal } from "@reed/log";
import { decodeDown } from "@reed/protocol";
import type { RoomLimits } from "@reed/room";
import { Adversary } from "./adversary.ts";
import { type Cast, castOf, type Person } from "./cast.ts";
import { Device } from "./device.ts";
import { Host } from "./host.ts";
import { LogOracle } from "./log-oracle.ts";
import type { Connection } from "./network.ts";
import { Marks } from "./marks.ts";
import { NotePast } from "./note-past.ts";
import { type Random, randomOf } from "./prng.ts";
import { checkRest } from "./rest.ts";
import { Scheduler } from "./scheduler.ts";
import { emptyTally, type Tally } from "./tally.ts";
import { assertThat } from "./violation.ts";
import { limitsOf } from "./world-limits.ts";

const START_US = 1_750_000_000_000_000;
const REST_US = 60_000_000;
/** How often people look whether they are asked something. */
const CONFIRM_US = 5_000_000;
const WORDS = ["a", "reed ", "in the ", "wind\n", "- [ ] task\n", "é", "漢字", "🌾", "\n\n", "**bold** ", "x"] as const;

export async function runWorld(seed: number): Promise<Tally> {
  const world = new World(seed);
  try {
    await world.run();
  } finally {
    world.end();
  }
  return world.tally;
}

class World {
  readonly tally = emptyTally();
  readonly #random: Random;
  readonly #scheduler = new Scheduler(START_US);
  readonly #cast: Cast;
  readonly #oracle: LogOracle;
  readonly #host: Host;
  readonly #devices = new Map<Person, Device>();
  readonly #adversary: Adversary | null;
  readonly #past: NotePast;
  readonly #isHeavy: boolean;
  readonly #tampers: boolean;
  readonly #scrubs: boolean;
  readonly #restores: boolean;
  readonly #paceUs: number;
  readonly #checkpointOps: number;
  readonly #limits: RoomLimits;
  readonly #hasOldClients: boolean;
  readonly #marks = new Marks();
  #isAsync = false;
  #error: Error | null = null;
  #isResting = false;
  #attended = 0;
  #crashesAtWrite = false;
  #cutsAtAck = false;
  #changesAtOps: Person | null = null;

  constructor(seed: number) {
    const random = randomOf(seed).fork("world");
    this.#random = random;
    this.#isHeavy = random.chance(0.06);
    this.#tampers = random.chance(0.2);
    this.#scrubs = random.chance(0.2);
    this.#restores = random.chance(0.2);
    this.#paceUs = random.pick([20_000, 150_000, 600_000, 1_500_000]);
    this.#checkpointOps = random.pick([4, 8, 25]);
    this.#limits = limitsOf(random.fork("limits"));
    this.#hasOldClients = random.chance(0.15);
    const oldLives = random.chance(0.15) ? 1 + random.below(4) : 0;
    const clockUs = START_US + (random.chance(0.2) ? random.between(-1e10, 1e10) : 0);
    this.#cast = castOf(random.fork("cast"), Math.round(clockUs), 1 + random.below(3), random.chance(0.35));
    this.#oracle = new LogOracle(this.#cast.docId);
    this.#host = new Host({
      noteId: this.#cast.noteId,
      platform: this.#cast.platform,
      oracle: this.#oracle,
      scheduler: this.#scheduler,
      random: random.fork("host"),
      network: { latencyUs: random.pick([2_000, 40_000, 400_000]), halfOpenUs: random.pick([100_000, 15_000_000]) },
      tally: this.tally,
      verifyUs: random.pick([500, 5_000, 250_000]),
      slowDiskUs: random.pick([4_000, 300_000]),
      limits: this.#limits,
      oldLives,
      isSleepy: random.chance(0.15),
      onAsync: () => {
        this.#isAsync = true;
      },
      onError: (error) => {
        this.#error ??= error instanceof Error ? error : new Error(String(error));
      },
      onWrite: () => this.#onWrite(),
    });
    this.#host.onOps = (connection) => this.#onOps(connection);
    this.#host.onSend = (connection, frame) => this.#onSend(connection, frame);
    for (const person of [this.#cast.owner, ...this.#cast.guests]) this.#devices.set(person, this.#deviceOf(person));
    this.#adversary = this.#cast.villain === null ? null : this.#adversaryOf(this.#cast.villain);
    this.#past = new NotePast({
      host: this.#host,
      oracle: this.#oracle,
      marks: this.#marks,
      scheduler: this.#scheduler,
      random: random.fork("versions"),
      tally: this.tally,
      owner: this.#cast.owner.principal,
      pauseUs: 20 * this.#paceUs,
      isOver: () => this.#isResting,
    });
  }

  async run(): Promise<void> {
    this.#device(this.#cast.owner).open();
    this.#past.start();
    for (let left = 60 + this.#random.below(50); left > 0; left -= 1) {
      const isBurst = this.#random.chance(0.3);
      await this.#until(this.#scheduler.nowUs + (isBurst ? 0 : this.#random.between(0, this.#paceUs * 2)));
      this.#act();
    }
    this.#heal();
    await this.#until(this.#scheduler.nowUs + REST_US);
    // Somebody let in at the very end may not have come yet.
    const isIn = (person: Person): boolean => this.#isIn(person);
    checkRest(this.#host, this.#oracle, this.#devices, isIn);
  }

  end(): void {
    for (const device of this.#devices.values()) device.end();
  }

  async #until(untilUs: number): Promise<void> {
    while (this.#scheduler.runNext(untilUs)) {
      this.tally.events += 1;
      if (this.#isAsync) {
        this.#isAsync = false;
        await setImmediate();
      }
      if (this.#error !== null) throw this.#error;
    }
  }

  #device(person: Person): Device {
    const device = this.#devices.get(person);
    if (device === undefined) throw new Error(`${person.name} has no device`);
    return device;
  }

  #deviceOf({ name, key, visitor, certificates }: Person): Device {
    const { noteId, docId, genesis } = this.#cast;
    return new Device({
      name,
      noteId,
      key,
      visitor,
      certificates,
      genesis: name === "owner" ? { envelope: genesis, docId } : null,
      host: this.#host,
      oracle: this.#oracle,
      marks: this.#marks,
      scheduler: this.#scheduler,
      random: this.#random.fork(name),
      checkpointOps: this.#checkpointOps,
      receiptEveryBytes: Math.floor(this.#limits.windowBytes / 4),
      isOld: this.#hasOldClients && this.#random.chance(0.5),
      times: { storeUs: this.#random.pick([200, 5_000, 80_000]) },
      tally: this.tally,
      onAsync: () => {
        this.#isAsync = true;
      },
    });
  }

  #adversaryOf({ key, visitor, certificates }: Person): Adversary {
    const [certificate] = certificates;
    if (certificate === undefined) throw new Error("a villain comes with a link");
    return new Adversary({
      noteId: this.#cast.noteId,
      key,
      visitor,
      certificate,
      host: this.#host,
      oracle: this.#oracle,
      scheduler: this.#scheduler,
      random: this.#random.fork("villain"),
      tally: this.tally,
    });
  }

  // What happens

  #act(): void {
    const random = this.#random;
    const person = random.pick([...this.#devices.keys()]);
    const device = this.#device(person);
    const deeds: readonly (readonly [number, () => void])[] = [
      [30, () => this.#type(device)],
      [9, () => device.mayType && device.erase()],
      [6, () => device.mayType && device.undo()],
      [5, () => device.flush()],
      [4, () => device.isOpen && device.present()],
      [4, () => (device.isOnline ? device.goOffline() : device.goOnline())],
      [5, () => this.#kill()],
      [4, () => this.#crash(device)],
      [3, () => this.#crashSoon(device)],
      [3, () => this.#crashServer()],
      [3, () => void (this.#crashesAtWrite = true)],
      [3, () => void (this.#cutsAtAck = true)],
      [4, () => this.#host.hibernate()],
      [8, () => this.#invite(person)],
      [10, () => this.#change(person)],
      [8, () => void (this.#host.edge.busyOps = random.pick([1, 1, 2, 5]))],
      [4, () => this.#typeWhileBusy(device)],
      [2, () => void (this.#host.edge.behindOps = 1)],
      [3, () => device.wake()],
      [6, () => this.#host.snapshot()],
      [4, () => this.#host.compact()],
      [this.#scrubs ? 2 : 0, () => this.#scrub()],
      [this.#restores ? 2 : 0, () => this.#restore()],
      [2, () => device.confirmRestore()],
      [6, () => device.mayType && device.write()],
      [3, () => !this.#isResting && device.handOver()],
      [2, () => device.compare()],
      [1, () => device.spoil()],
      [this.#adversary === null ? 0 : 50, () => this.#adversary?.act()],
    ];
    let at = random.between(
      0,
      deeds.reduce((sum, [weight]) => sum + weight, 0),
    );
    const deed = deeds.find(([weight]) => (at -= weight) < 0);
    deed?.[1]();
  }

  #type(device: Device): void {
    if (!device.mayType) return;
    const isPaste = this.#isHeavy && this.#random.chance(0.3);
    device.type(isPaste ? "lorem ".repeat(25_000) : this.#random.pick(WORDS) + this.#marks.next());
  }

  /** Words in quick succession while the server refuses the first of them for now. */
  #typeWhileBusy(device: Device): void {
    this.#host.edge.busyOps = 1;
    for (let delayUs = 0; this.#random.chance(0.8); delayUs += this.#random.between(0, 250_000)) {
      this.#scheduler.after(delayUs, () => {
        this.#type(device);
        if (this.#random.chance(0.7)) device.flush();
      });
    }
  }

  #kill(): void {
    const sockets = this.#host.sockets;
    if (sockets.length === 0) return;
    this.tally.kills += 1;
    this.#random.pick(sockets).kill();
  }

  #crash(device: Device): void {
    if (!device.isOpen || this.#isResting) return;
    device.crash();
    this.#scheduler.after(this.#random.between(0, 3_000_000), () => {
      if (!device.isOpen) device.open();
    });
  }

  #crashServer(): void {
    if (this.#host.room === null || this.#isResting) return;
    this.#host.crash();
    const start = (): void => {
      if (this.#host.room === null) this.#host.start();
    };
    if (this.#random.chance(0.5)) start();
    else this.#scheduler.after(this.#random.between(0, 2_000_000), start);
  }

  #scrub(): void {
    if (this.#isResting) return;
    this.#host.scrub({ by: this.#cast.owner.principal, via: "api", session: null }, () => this.#part());
  }

  #restore(): void {
    if (this.#isResting) return;
    const before = this.tally.restores;
    this.#host.restore();
    if (this.tally.restores > before) this.#part();
  }

  #part(): void {
    this.#past.part();
    for (const device of this.#devices.values()) device.partWithServer();
  }

  /** The owner lets somebody in who is not yet there: by a link, or by name. */
  #invite(person: Person): void {
    const villain = this.#cast.villain;
    const isVillainsTurn =
      villain !== null && this.#oracle.changedAt(villain.principal) === 0 && this.#random.chance(0.5);
    const { grant, principal } = isVillainsTurn ? villain : person;
    if (grant === null) return;
    if (this.#oracle.changedAt(principal) === 0) this.#changeGrants(grant);
    else if (!isVillainsTurn && !this.#device(person).isOpen) this.#device(person).open();
  }

  /** The owner takes access away, or turns an editor into a viewer and back; best while that editor's words are under way. */
  #change(person: Person): void {
    const villain = this.#cast.villain;
    const { grant, principal } = villain !== null && this.#random.chance(0.3) ? villain : person;
    if (grant === null || this.#oracle.roleOf(principal) === null) return;
    if (person.principal === principal && this.#random.chance(0.85)) {
      this.#changesAtOps = person;
      this.#type(this.#device(person));
      return this.#device(person).flush();
    }
    this.#changeRole(grant);
  }

  #changeRole(grant: Grant): void {
    const role = this.#oracle.roleOf(grant.principal);
    if (role === null || this.#isResting) return;
    const turned = role === "editor" ? "viewer" : "editor";
    if (!isLinkPrincipal(grant.principal) && this.#random.chance(0.9))
      return this.#changeGrants({ ...grant, role: turned });
    this.tally.revocations += 1;
    this.#changeGrants({ ...grant, role: null, key: null });
  }

  #changeGrants(grant: Grant): void {
    this.#host.changeGrants([grant], { by: this.#cast.owner.principal, via: "api", session: null }, (result) => {
      if (result?.ok === true) this.tally.grantChanges += 1;
      // Before there is an owner nobody can be let in; and a request may come twice.
      const isTaken = result === null || result.ok || result.code === "founding" || result.code === "control_invalid";
      assertThat(isTaken, "the owner's changes are taken", () => JSON.stringify(result));
    });
  }

  /** Somebody's access changes just as ops of theirs are being looked at, or a moment later. */
  #onOps(connection: Connection): void {
    const person = this.#changesAtOps;
    if (person === null || person.grant === null || this.#device(person).connection !== connection) return;
    this.#changesAtOps = null;
    const { grant } = person;
    if (this.#random.chance(0.5)) this.#changeRole(grant);
    else this.#scheduler.after(this.#random.between(0, 20_000), () => this.#changeRole(grant));
  }

  /** The power fails between a write and, perhaps, its commit. Or the room is forgotten while its timer runs. */
  #onWrite(): void {
    if (this.#random.chance(0.1)) this.#scheduler.after(this.#random.between(0, 15_000), () => this.#host.hibernate());
    if (!this.#crashesAtWrite || this.#isResting) return;
    this.#crashesAtWrite = false;
    this.#scheduler.after(this.#random.between(0, 3_000), () => this.#crashServer());
  }

  /** The device dies while its disk is at work, or as soon as something has left. */
  #crashSoon(device: Device): void {
    device.onNextStrictStore = () => {
      if (!this.#isResting)
        this.#scheduler.after(this.#random.between(0, this.#random.pick([1_000, 100_000])), () => this.#crash(device));
    };
  }

  /** An ACK may be lost with its socket, and one bit of some DELIVER frames is not what it was. */
  #onSend(connection: Connection, frame: Uint8Array): Uint8Array {
    if (this.#isResting) return frame;
    const { type } = decodeDown(frame);
    if (type === "ack" && this.#cutsAtAck) {
      this.#cutsAtAck = false;
      this.tally.kills += 1;
      connection.kill();
    }
    if (type !== "deliver" || !this.#tampers || !this.#random.chance(0.15)) return frame;
    const device = [...this.#devices.values()].find((some) => some.connection === connection);
    if (device === undefined) return frame;
    device.wasTampered = true;
    this.tally.tampered += 1;
    const at = this.#random.below(this.#random.chance(0.5) ? frame.length : Math.min(frame.length, 430));
    return frame.with(at, (frame[at] ?? 0) ^ (1 << this.#random.below(8)));
  }

  // Rest

  /** No more faults: everybody is there, has a network, and may try at once. Sockets that live are left alone. */
  #heal(): void {
    this.#isResting = true;
    this.#host.edge.busyOps = 0;
    this.#host.edge.behindOps = 0;
    if (this.#host.room === null) this.#host.start();
    for (const [person, device] of this.#devices) {
      if (device.wasTampered) device.connection?.kill(0);
      if (!device.isOpen && this.#isIn(person)) device.open();
      device.goOnline();
    }
    for (let atUs = 0; atUs < REST_US; atUs += CONFIRM_US) this.#scheduler.after(atUs, () => this.#attend());
  }

  /** People answer what they are asked, come when they are let in, and update what is too old; the server says what its text is. */
  #attend(): void {
    for (const [person, device] of this.#devices) {
      device.confirmRestore();
      device.update();
      if (this.#isIn(person)) device.knock();
    }
    if (this.#attended++ % 4 === 3) this.#host.snapshot();
  }

  #isIn({ grant, principal }: Person): boolean {
    return grant === null || this.#oracle.roleOf(principal) !== null;
  }
}
