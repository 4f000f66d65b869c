// One device on Reed's wire that writes an op and waits for the answer: what a test needs that says what no honest client says.
import { encodeDataBody, encodeEnrol } from "@reed/log";
import { decodeDown, encodeUp } from "@reed/protocol";
import { type LinkAddress, LogReader, makeDevice, type MadeNote, openSocket, Pen, until } from "./reed-client.ts";

export interface ReedWriter {
  /** Null where the op was taken, or else "<class> <code>". After a refusal the device's line is broken, and it writes no more. */
  write(bucket: string, payload: Uint8Array): Promise<string | null>;
  close(): void;
}

/** Comes by `link`, whose secret it must hold, reads the log and enrols. */
export async function openWriter(note: MadeNote, link: LinkAddress): Promise<ReedWriter> {
  const device = await makeDevice(note, link);
  if (device.certificate === null) throw new Error("the link is not one to write by");
  const reader = new LogReader();
  const answers = new Map<string, string | null>();
  const keyOf = (opId: Uint8Array): string => Buffer.from(opId).toString("latin1");
  let ended: string | null = null;
  const socket = await openSocket(
    note,
    link,
    device,
    (frame) => {
      const message = decodeDown(frame);
      if (message.type === "ack") for (const { opId } of message.ops) answers.set(keyOf(opId), null);
      else if (message.type === "nack") answers.set(keyOf(message.opId), `${message.class} ${message.code}`);
      else if (reader.seq === 0 || reader.seq < reader.headSeq) reader.take(frame);
      reader.read();
    },
    (code, reason) => (ended = `${code} ${reason}`),
  );
  await until("the log", () => ended !== null || (reader.headSeq > 0 && reader.seq >= reader.headSeq));
  const pen = new Pen(device.key, reader);
  const send = async (op: Awaited<ReturnType<Pen["write"]>>): Promise<string | null> => {
    socket.send(encodeUp({ type: "ops", envelopes: [op.envelope] }));
    await until("an answer", () => ended !== null || answers.has(keyOf(op.opId)));
    if (ended !== null) throw new Error(`the socket was closed: ${ended}`);
    return answers.get(keyOf(op.opId)) ?? null;
  };
  const refusal = await send(await pen.write("enrol", encodeEnrol([device.certificate])));
  if (refusal !== null) throw new Error(`the device was not enrolled: ${refusal}`);
  return {
    write: async (bucket, payload) => send(await pen.write("data", encodeDataBody({ bucket, payload }))),
    close: () => socket.close(),
  };
}
