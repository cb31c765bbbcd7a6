/** Messages come out whole, however the network cuts them. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { MessageFrames } from "./frames.ts";
import { encode } from "./testing/scripted-server.ts";

const message = (length: number): Buffer =>
  encode(1, 0x78, (writer) => {
    writer.writeString("x".repeat(length));
  });

describe("message frames", () => {
  it("are the messages that were sent, whatever the pieces", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 5 });
    const cuts = fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(lengths, cuts, (sizes, places) => {
        const sent = sizes.map(message);
        const bytes = Buffer.concat(sent);
        const edges = [0, ...places.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length];
        const frames = new MessageFrames();
        const received = edges.slice(1).flatMap((end, piece) => frames.push(bytes.subarray(edges[piece], end)));
        expect(Buffer.concat(received).equals(bytes)).toBe(true);
        expect(received.map((frame) => frame.length)).toEqual(sent.map((frame) => frame.length));
        expect(frames.empty).toBe(true);
      }),
    );
  });

  it("come out byte by byte as well", () => {
    const frames = new MessageFrames();
    const received = [...message(300)].flatMap((byte) => frames.push(Buffer.from([byte])));
    expect(received).toEqual([message(300)]);
  });

  it.each([
    ["another protocol", "485454502f"],
    ["an indefinite length", "3080"],
    ["a length of more than four bytes", "3085ffffffffff"],
    ["a length beyond reason", "30847fffffff"],
  ])("refuse %s", (_, hex) => {
    expect(() => new MessageFrames().push(Buffer.from(hex, "hex"))).toThrow(/^the answer/);
  });

  it("know that something is left over", () => {
    const frames = new MessageFrames();
    frames.push(Buffer.from("300c", "hex"));
    expect(frames.empty).toBe(false);
  });
});
