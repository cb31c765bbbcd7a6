/** A reader gets the last of each type, in order, and the writer knows when it waits. */

import { describe, expect, it } from "@jest/globals";
import { Mailbox } from "./mailbox.ts";

interface Letter {
  readonly type: "a" | "b";
  readonly number: number;
}
const letter = (type: Letter["type"], number: number): Letter => ({ type, number });

describe("a mailbox", () => {
  it("keeps the last of each type, in the order in which they came", async () => {
    const mailbox = new Mailbox<Letter>();
    for (const [type, number] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
    ] as const) {
      mailbox.post(letter(type, number));
    }
    expect([await mailbox.take(), await mailbox.take()]).toEqual([letter("b", 2), letter("a", 3)]);
  });

  it("lets the writer wait until the reader wants more", async () => {
    const mailbox = new Mailbox<Letter>();
    const order: string[] = [];
    mailbox.post(letter("a", 1));
    const asked = mailbox.asked().then(() => order.push("asked"));
    await mailbox.take();
    order.push("taken");
    const next = mailbox.take();
    await asked;
    mailbox.post(letter("a", 2));
    expect(await next).toEqual(letter("a", 2));
    expect(order).toEqual(["taken", "asked"]);
  });

  it("ends plainly, or with an error", async () => {
    const [plain, broken] = [new Mailbox<Letter>(), new Mailbox<Letter>()];
    const taken = plain.take();
    plain.close();
    broken.close(new Error("defect"));
    expect(await taken).toBeUndefined();
    await expect(broken.take()).rejects.toThrow("defect");
    await plain.asked();
  });
});
