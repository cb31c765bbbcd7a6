/**
 * SIGKILL at every write of an apply, after AWS has done it and before it is answered: the next run finishes the work.
 * What a kill before a call leaves behind is what one after the write before it leaves.
 */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { killAt, startSource } from "@bulkhead/sandbox";
import { join } from "node:path";
import { landingZone, openEstate, type Estate } from "./testing/estate.ts";
import { prepareTurnover, turnedOver } from "./testing/turnover.ts";

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(landingZone({ users: "  maxLeavers: 5\n" }));
});
afterAll(async () => estate[Symbol.asyncDispose]());

const isWrite = (call: string): boolean => !/:(Get|List|Describe)/.test(call);

/** One change at a time, so that the calls of each run are the same. */
const flags = ["apply", "--yes", "--concurrency", "1"];
const bin = join(import.meta.dirname, "bin.ts");
const startApply = () => startSource(bin, [...flags, "--file", estate.file], estate.env);

async function asItIs(): Promise<object> {
  const { users, groups } = await estate.iam();
  const keys = users.map(async ({ name }) => {
    const { AccessKeyMetadata = [] } = await estate.byHand.send(new ListAccessKeysCommand({ UserName: name }));
    return [name, AccessKeyMetadata.map(({ Status }) => Status)] as const;
  });
  return {
    users: users.map((user) => [user.name, user.groups]).sort(),
    groups: groups.map(({ name }) => name).sort(),
    keys: Object.fromEntries(await Promise.all(keys)),
  };
}

describe("an apply that is killed", () => {
  it("at any write is finished by the next", async () => {
    await estate.sandbox.reset();
    await prepareTurnover(estate);
    estate.sandbox.clearCalls();
    expect(await estate.run(...flags)).toMatchObject({ exitCode: 0 });
    const writes = estate.sandbox.calls().flatMap((call, index) => (isWrite(call) ? [index + 1] : []));
    expect(await asItIs()).toEqual(turnedOver);
    expect(writes.length).toBeGreaterThan(20);

    for (const call of writes) {
      await estate.sandbox.reset();
      await prepareTurnover(estate);
      const killed = await killAt(estate.sandbox, startApply, call, "after");
      estate.sandbox.faults.clear();
      expect({ call, killed }).toEqual({ call, killed: true });
      const { exitCode, stdout } = await estate.run(...flags);
      expect({ call, exitCode, stdout }).toMatchObject({ call, exitCode: 0 });
      const plan = (await estate.run("plan")).stdout;
      expect({ call, plan }).toEqual({ call, plan: "Nothing to do: AWS is as the file says.\n" });
      expect({ call, ...(await asItIs()) }).toEqual({ call, ...turnedOver });
    }
  });
});
