// What is counted of an object that holds a log: what comes in and goes out, what is kept, and what is refused and why. The codes
// in the names are ours.
import { type CloseReason, decodeDown } from "@reed/protocol";
import type { LogRow } from "@reed/log";
import type { DutyKind } from "../host/due.ts";
import type { Meter } from "./meter.ts";

const ACK = 0x42;
const NACK = 0x43;
const RESYNC = 0x48;

export class RoomMeter {
  readonly #meter: Meter;
  readonly #later: (work: Promise<unknown>) => void;

  constructor(meter: Meter, later: (work: Promise<unknown>) => void) {
    this.#meter = meter;
    this.#later = later;
  }

  opened(): void {
    this.#meter.add("sockets_opened");
  }

  gone(): void {
    this.#meter.add("sockets_closed");
    this.#beat();
  }

  received(bytes: number): void {
    this.#meter.add("frames_in");
    this.#meter.add("frame_bytes_in", bytes);
  }

  /** A message was dealt with, from its arrival to the commit of what it brought. */
  dealtWith(ms: number): void {
    this.#meter.time("ack_ms", ms);
    this.#beat();
  }

  sent(frame: Uint8Array): void {
    this.#meter.add("frames_out");
    this.#meter.add("frame_bytes_out", frame.length);
    const [type] = frame;
    if (type !== ACK && type !== NACK && type !== RESYNC) return;
    const message = decodeDown(frame);
    if (message.type === "ack") this.#meter.add("acks", message.ops.length);
    if (message.type === "resync") this.#meter.add("forks");
    if (message.type === "nack") {
      this.#meter.add("nacks");
      this.#meter.add(`nack.${message.code}`);
    }
  }

  closed(reason: CloseReason): void {
    this.#meter.add("sockets_closed");
    this.#meter.add(`close.${reason}`);
  }

  appended(rows: readonly LogRow[]): void {
    this.#meter.add("ops", rows.length);
    this.#meter.add(
      "op_bytes",
      rows.reduce((sum, { envelope }) => sum + envelope.length, 0),
    );
  }

  wrote(rows: number): void {
    this.#meter.add("rows_written", rows);
  }

  /** Two ops of one device under one counter. */
  forked(): void {
    this.#meter.add("forks");
  }

  alarmed(): void {
    this.#meter.add("alarms");
    this.#beat();
  }

  /** How long an event waited for the library that it is for. */
  delivered(lagMs: number): void {
    this.#meter.time("outbox_lag_ms", lagMs);
  }

  failed(duty: DutyKind): void {
    this.#meter.add("alarm_failures");
    this.#meter.add(`alarm_failure.${duty}`);
  }

  #beat(): void {
    this.#meter.beat(Date.now(), this.#later);
  }
}
