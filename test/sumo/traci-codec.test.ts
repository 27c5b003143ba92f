import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readValue,
  traciCommand,
  traciMessage,
  traciReader,
  traciWriter,
} from "../../sim/sumo/traci-codec.ts";
import {
  readStatus,
  readSubscription,
  setSignalCommand,
  stepCommand,
  subscribeCommand,
  subscribeVehiclesAround,
  TRACI,
  VARIABLE,
} from "../../sim/sumo/traci-commands.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");
/** -1073741824.0 as an IEEE 754 double: sign, exponent 30, no fraction. */
const ALWAYS = "c1d0000000000000";

describe("TraCI commands, byte by byte", () => {
  it("a step: length 10, id 02, target time 0", () => {
    expect(stepCommand().toString("hex")).toBe(hex("0a 02 0000000000000000").toString("hex"));
  });

  it("a signal's state: variable 20, id, type 0c, text", () => {
    const expected = hex("12 c2 20 00000002 4a31 0c 00000004 47677972").toString("hex");
    expect(setSignalCommand("J1", "Ggyr").toString("hex")).toBe(expected);
  });

  it("a subscription of one loop", () => {
    const expected = hex(`19 d0 ${ALWAYS} ${ALWAYS} 00000001 61 01 17`).toString("hex");
    expect(subscribeCommand(TRACI.subscribeLoop, "a", [VARIABLE.loopVehicleData]).toString("hex")).toBe(
      expected,
    );
  });

  it("a subscription of the vehicles around a junction within 1.5 m", () => {
    const expected = hex(`23 89 ${ALWAYS} ${ALWAYS} 00000001 4a a4 3ff8000000000000 02 42 43`).toString(
      "hex",
    );
    const command = subscribeVehiclesAround(TRACI.subscribeJunctionContext, "J", 1.5, [0x42, 0x43]);
    expect(command.toString("hex")).toBe(expected);
  });

  it("a command of 255 bytes keeps the short length, one more takes the long one", () => {
    expect(traciCommand(0xc2, Buffer.alloc(253)).subarray(0, 2).toString("hex")).toBe("ffc2");
    const long = traciCommand(0xc2, Buffer.alloc(254));
    expect(long.subarray(0, 6).toString("hex")).toBe("0000000104c2");
    expect(long.length).toBe(0x104);
  });

  it("a message counts its own length", () => {
    expect(traciMessage([hex("0200"), hex("027f")]).toString("hex")).toBe("000000080200027f");
  });
});

describe("TraCI answers, byte by byte", () => {
  it("a status that is OK, and one that is not", () => {
    const reader = traciReader(hex("07 02 00 00000000"));
    readStatus(reader);
    expect(reader.atEnd()).toBe(true);
    expect(() => readStatus(traciReader(hex("09 c2 ff 00000002 6e6f")))).toThrow(
      "SUMO refused TraCI command 0xc2: no",
    );
  });

  it("a loop's vehicle data is a compound of count and items", () => {
    const bytes = hex(`
      00 0000003f e0 00000001 61 01
      17 00 0f 00000006 09 00000001
      0c 00000001 76 0b 4014000000000000 0b 3ff8000000000000 0b bff0000000000000 0c 00000001 74`);
    const reader = traciReader(bytes);
    expect(readSubscription(reader)).toEqual({
      kind: 0xe0,
      object: "a",
      values: new Map([[0x17, [1, "v", 5, 1.5, -1, "t"]]]),
    });
    expect(reader.atEnd()).toBe(true);
  });

  it("a context lists objects, each with all variables", () => {
    const bytes = hex(`
      00 00000029 99 00000001 4a a4 01 00000001
      00000001 76 42 00 01 4024000000000000 c000000000000000`);
    expect(readSubscription(traciReader(bytes))).toEqual({
      kind: 0x99,
      object: "J",
      vehicles: new Map([["v", new Map([[0x42, { x: 10, y: -2 }]])]]),
    });
  });

  it("a list of texts", () => {
    expect(readValue(traciReader(hex("0e 00000002 00000001 61 00000000")))).toEqual(["a", ""]);
  });

  it("bytes that end too soon, or an unknown type, are refused and not guessed at", () => {
    expect(() => readValue(traciReader(hex("09 0000")))).toThrow("ends before byte 5");
    expect(() => readValue(traciReader(hex("0c ffffffff")))).toThrow(RangeError);
    expect(() => readValue(traciReader(hex("42")))).toThrow("unknown type 0x42");
  });
});

describe("the codec", () => {
  it("reads back what it writes", () => {
    const values = fc.record({
      byte: fc.integer({ min: 0, max: 255 }),
      int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      double: fc.double({ noNaN: true }),
      text: fc.string({ unit: "grapheme", maxLength: 300 }),
    });
    fc.assert(
      fc.property(values, ({ byte, int, double, text }) => {
        const reader = traciReader(traciWriter().ubyte(byte).text(text).int(int).double(double).bytes());
        expect([reader.ubyte(), reader.text(), reader.int(), reader.double()]).toEqual([
          byte,
          text,
          int,
          double,
        ]);
        expect(reader.atEnd()).toBe(true);
      }),
    );
  });
});
