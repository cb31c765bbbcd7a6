/**
 * Every call to IAM of a sync disturbed once, each by another fault: the run says what happened, and the next one
 * converges. What faults do to the lease is tested where it is made.
 */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { everyFault } from "@bulkhead/sandbox";
import { openEstate, type Estate } from "./testing/estate.ts";
import type { TestPerson } from "./testing/people.ts";

const people: readonly TestPerson[] = [
  { number: 1, uid: "alice", groups: ["aws-ops"] },
  { number: 2, uid: "bob" },
];
let estate: Estate;
beforeAll(async () => {
  estate = await openEstate();
  await estate.writePeople(people, ["aws-ops"]);
});
afterAll(async () => estate[Symbol.asyncDispose]());

describe("a sync of which one call goes wrong", () => {
  it.each(everyFault)("by %j is finished by the next", async (fault, firstCall) => {
    let disturbed = true;
    // All kinds together go through every call.
    for (let call = firstCall; disturbed; call += everyFault.length) {
      await estate.sandbox.reset();
      estate.sandbox.faults.at(call, fault, { operation: "iam:*" });
      const first = await estate.run("apply", "--yes");
      estate.sandbox.faults.clear();
      disturbed = estate.iamCalls().length >= call;
      if (first.exitCode !== 0) {
        const said = first.stdout + first.stderr;
        expect({ call, said }).toEqual({
          call,
          said: expect.stringMatching(/\((Aws|Users|Credentials)\.\w+\)\n {2,}\S/),
        });
      }

      const second = await estate.run("apply", "--yes");

      expect({ call, ...second }).toMatchObject({ call, exitCode: 0 });
      expect({ call, plan: (await estate.run("plan")).stdout }).toEqual({
        call,
        plan: expect.stringContaining("Nothing to do: AWS is as the file says.\n"),
      });
      const { users } = await estate.iam();
      expect({ call, users: users.map(({ name, groups }) => [name, groups]).sort() }).toEqual({
        call,
        users: [
          ["alice", ["ops"]],
          ["bob", []],
        ],
      });
    }
  });
});

describe("two syncs at once", () => {
  it("do the work once: one waits for the other", async () => {
    await estate.sandbox.reset();
    estate.sandbox.faults.latency(500, "iam:CreatePolicy");
    const both = await Promise.all([estate.run("apply", "--yes"), estate.run("apply", "--yes")]);
    expect(both).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }]);
    expect(both.map(({ stderr }) => stderr).join("\n")).toContain("is at work");
    expect(estate.sandbox.calls().filter((call) => call === "iam:CreateUser")).toHaveLength(people.length);
    expect((await estate.run("plan")).stdout).toContain("Nothing to do");
  });
});
