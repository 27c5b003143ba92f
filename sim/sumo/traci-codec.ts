import { assert } from "../../src/assert.ts";

/**
 * TraCI's binary form (https://sumo.dlr.de/docs/TraCI/Protocol.html): big-endian, texts with a 32-bit length in front.
 * A message is its whole length and commands; a command is its length, an id and content.
 */
export type TraciWriter = {
  readonly ubyte: (value: number) => TraciWriter;
  readonly int: (value: number) => TraciWriter;
  readonly double: (value: number) => TraciWriter;
  readonly text: (value: string) => TraciWriter;
  readonly bytes: () => Buffer;
};

export function traciWriter(): TraciWriter {
  let buffer = Buffer.alloc(128);
  let length = 0;
  const reserve = (count: number): number => {
    const position = length;
    length += count;
    if (length > buffer.length) {
      const larger = Buffer.alloc(Math.max(length, buffer.length * 2));
      buffer.copy(larger, 0, 0, position);
      buffer = larger;
    }
    return position;
  };
  const writer: TraciWriter = {
    ubyte: (value) => {
      const position = reserve(1);
      buffer.writeUInt8(value, position);
      return writer;
    },
    int: (value) => {
      const position = reserve(4);
      buffer.writeInt32BE(value, position);
      return writer;
    },
    double: (value) => {
      const position = reserve(8);
      buffer.writeDoubleBE(value, position);
      return writer;
    },
    text: (value) => {
      const content = Buffer.from(value, "utf8");
      writer.int(content.length);
      const position = reserve(content.length);
      content.copy(buffer, position);
      return writer;
    },
    bytes: () => buffer.subarray(0, length),
  };
  return writer;
}

/** A command that fits 255 bytes has a one-byte length, a longer one a zero byte and a 32-bit length. */
export function traciCommand(id: number, content: Buffer): Buffer {
  const short = content.length + 2;
  const head = short <= 255 ? Buffer.alloc(2) : Buffer.alloc(6);
  if (short <= 255) {
    head.writeUInt8(short, 0);
  } else {
    head.writeInt32BE(content.length + 6, 1);
  }
  head.writeUInt8(id, head.length - 1);
  return Buffer.concat([head, content]);
}

export function traciMessage(commands: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeInt32BE(
    commands.reduce((sum, { length }) => sum + length, head.length),
    0,
  );
  return Buffer.concat([head, ...commands]);
}

export type TraciReader = {
  readonly ubyte: () => number;
  readonly int: () => number;
  readonly double: () => number;
  readonly text: () => string;
  readonly skip: (count: number) => void;
  readonly atEnd: () => boolean;
};

/** Reads from `bytes`, the content of a message after its length. Reading past the end throws RangeError. */
export function traciReader(bytes: Buffer): TraciReader {
  let position = 0;
  const advance = (count: number): number => {
    const start = position;
    if (count < 0 || start + count > bytes.length) {
      throw new RangeError(`TraCI message of ${bytes.length} bytes ends before byte ${start + count}`);
    }
    position += count;
    return start;
  };
  return {
    ubyte: () => bytes.readUInt8(advance(1)),
    int: () => bytes.readInt32BE(advance(4)),
    double: () => bytes.readDoubleBE(advance(8)),
    text: () => {
      const length = bytes.readInt32BE(advance(4));
      const start = advance(length);
      return bytes.toString("utf8", start, start + length);
    },
    skip: (count) => {
      advance(count);
    },
    atEnd: () => position >= bytes.length,
  };
}

export type TraciPoint = { readonly x: number; readonly y: number };
export type TraciValue = number | string | TraciPoint | readonly TraciValue[];

export const TRACI_TYPE = {
  position2d: 0x01,
  ubyte: 0x07,
  byte: 0x08,
  integer: 0x09,
  double: 0x0b,
  text: 0x0c,
  textList: 0x0e,
  compound: 0x0f,
  doubleList: 0x10,
} as const;

/** A value with its type in front; a compound becomes the list of its items. */
export function readValue(reader: TraciReader): TraciValue {
  const type = reader.ubyte();
  switch (type) {
    case TRACI_TYPE.position2d:
      return { x: reader.double(), y: reader.double() };
    case TRACI_TYPE.ubyte:
    case TRACI_TYPE.byte:
      return reader.ubyte();
    case TRACI_TYPE.integer:
      return reader.int();
    case TRACI_TYPE.double:
      return reader.double();
    case TRACI_TYPE.text:
      return reader.text();
    case TRACI_TYPE.textList:
      return Array.from({ length: reader.int() }, () => reader.text());
    case TRACI_TYPE.doubleList:
      return Array.from({ length: reader.int() }, () => reader.double());
    case TRACI_TYPE.compound:
      return Array.from({ length: reader.int() }, () => readValue(reader));
    default:
      throw new RangeError(`TraCI value of unknown type 0x${type.toString(16)}`);
  }
}

export function asNumber(value: TraciValue | undefined): number {
  assert(typeof value === "number", "a TraCI number");
  return value;
}

export function asText(value: TraciValue | undefined): string {
  assert(typeof value === "string", "a TraCI text");
  return value;
}

export function asList(value: TraciValue | undefined): readonly TraciValue[] {
  assert(Array.isArray(value), "a TraCI list");
  return value as readonly TraciValue[];
}

export function asPoint(value: TraciValue | undefined): TraciPoint {
  assert(typeof value === "object" && "x" in value, "a TraCI position");
  return value;
}
