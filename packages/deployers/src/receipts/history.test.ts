/** What a book's lines tell: one receipt a deployment, and what ran before what. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { receipt, side } from "../testing/receipts.ts";
import { deploymentOf, foldLines, predecessor } from "./history.ts";
import type { Receipt, Verb } from "./model.ts";

const moved = (verb: Verb, from: number | null, to: number | null, more: Partial<Receipt> = {}): Receipt =>
  receipt({ verb, from: from === null ? null : side(from), to: to === null ? null : side(to), ...more });
const before = (receipts: readonly Receipt[], version: number, name = "shop-orders"): string | undefined =>
  predecessor(receipts, { name, version: String(version) })?.version;

describe("lines", () => {
  const begun = receipt({ result: "begun", to: null });

  it("of one deployment are one receipt, also where one was written twice", () => {
    const done = receipt({ at: "2026-01-01T00:01:00.000Z" });
    expect(foldLines([begun, begun, done, done])).toEqual([done]);
  });

  it("that were only begun stay, whatever comes after", () => {
    const next = receipt({ result: "begun", to: null, digest: "sha256:other" });
    const done = { ...next, result: "done" as const };
    expect(foldLines([begun, next, done])).toEqual([begun, done]);
    expect(foldLines([done, begun])).toEqual([done, begun]);
  });
});

describe("the deployment of what runs", () => {
  const [x, y] = [side(5, { commit: "x" }), side(5, { commit: "y" })];
  const unclean = receipt({ to: x, commit: "x", dirty: true });
  const confirmed = receipt({ verb: "confirm", to: y, commit: "y" });
  const back = receipt({ verb: "rollback", to: x, commit: "x" });

  it("is that of its commit: another of the same version may have been clean", () => {
    const receipts = [back, receipt({ result: "failed", to: x }), confirmed, unclean];
    expect(deploymentOf(receipts, "shop-orders", x)).toBe(unclean);
    expect(deploymentOf(receipts, "shop-orders", y)).toBe(confirmed);
    expect(deploymentOf(receipts, "shop-others", x)).toBeUndefined();
    expect(deploymentOf([back], "shop-orders", x)).toBeUndefined();
  });
});

describe("the predecessor", () => {
  const three = [moved("deploy", null, 1), moved("deploy", 1, 2), moved("deploy", 2, 3)];

  it("is what the receipt says, not the number before", () => {
    expect(before(three, 3)).toBe("2");
    expect(before([...three, moved("promote", 3, 9)], 9)).toBe("3");
    expect(before([moved("deploy", 4, 7)], 7)).toBe("4");
    expect(before([moved("deploy", null, 1)], 1)).toBeUndefined();
    expect(before([], 1)).toBeUndefined();
  });

  it("is not what failed or was turned back", () => {
    const failed = moved("deploy", 3, 3, { result: "failed" });
    const turned = moved("deploy", 3, 3, { result: "turned back" });
    expect(before([...three, failed, turned], 3)).toBe("2");
    expect(before([...three, failed, moved("deploy", 3, 5)], 5)).toBe("3");
  });

  it("goes further back after a rollback, and forward again after a deployment", () => {
    const back = [...three, moved("rollback", 3, 2)];
    expect(before(back, 2)).toBe("1");
    expect(before([...back, moved("rollback", 2, 1)], 1)).toBeUndefined();
    expect(before([...back, moved("deploy", 2, 4)], 4)).toBe("2");
    // The very version that was rolled back is deployed again.
    expect(before([...back, moved("deploy", 2, 3)], 3)).toBe("2");
    expect(before([...back, moved("deploy", 2, 3), moved("rollback", 3, 2)], 2)).toBe("1");
  });

  it("is told where the alias was moved by hand", () => {
    expect(before(three, 2)).toBe("1");
    expect(before(three, 8)).toBe("3");
    // Moved by hand from 3 to 2, then deployed.
    expect(before([...three, moved("deploy", 2, 4)], 4)).toBe("2");
    expect(before([...three, moved("deploy", 2, 4), moved("rollback", 4, 2)], 2)).toBe("1");
    expect(before([...three, moved("deploy", 8, 9), moved("rollback", 9, 8)], 8)).toBe("3");
  });

  it("is not another function's, nor one from before a deletion", () => {
    expect(before(three, 3, "shop-others")).toBeUndefined();
    expect(before([...three, moved("delete", 3, null), moved("deploy", null, 1)], 1)).toBeUndefined();
  });

  it("is known from a confirmation, where all that is older is forgotten", () => {
    expect(before([moved("confirm", 2, 3)], 3)).toBe("2");
    expect(before([...three, moved("rollback", 3, 2), moved("confirm", null, 2)], 2)).toBe("1");
  });

  it("of any row of deployments, rolled back as often, is each of them in turn", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 20 }), (versions) => {
        let runs = versions[0] as number;
        let book = [moved("deploy", null, runs)];
        for (const version of versions.slice(1)) {
          book = [...book, moved("deploy", runs, version)];
          runs = version;
        }
        const walked = [runs];
        for (let next = before(book, runs); next !== undefined; next = before(book, runs)) {
          book = [...book, moved("rollback", runs, Number(next))];
          runs = Number(next);
          walked.push(runs);
        }
        expect(walked).toEqual(versions.toReversed());
      }),
    );
  });
});
