/** SIGKILL at every call of an apply, before AWS gets it and after AWS has done it: the next run finishes the work. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ListAccountsCommand } from "@aws-sdk/client-organizations";
import { killAt, startSource, type KillMoment } from "@bulkhead/sandbox";
import { join } from "node:path";
import { landingZone, openEstate, type Estate } from "./testing/estate.ts";

const names = ["one", "two"];
let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(landingZone(names), { createAccountPolls: 1 });
});
afterAll(async () => estate[Symbol.asyncDispose]());

const bin = join(import.meta.dirname, "bin.ts");
const startApply = () => startSource(bin, ["apply", "--yes", "--file", estate.file], estate.env);

async function killApplyAt(call: number, kind: KillMoment): Promise<boolean> {
  await estate.sandbox.reset();
  return killAt(estate.sandbox, startApply, call, kind);
}

async function accountNames(): Promise<(string | undefined)[]> {
  const { Accounts = [] } = await estate.byHand.send(new ListAccountsCommand({}));
  return Accounts.map(({ Name }) => Name).sort();
}

describe("an apply that is killed", () => {
  it.each(["before", "after"] as const)("%s any call was answered is finished by the next", async (kind) => {
    let call = 1;
    for (; await killApplyAt(call, kind); call++) {
      const { exitCode, stdout } = await estate.run("apply", "--yes");
      expect({ call, exitCode, stdout }).toMatchObject({ call, exitCode: 0 });
      expect({ call, plan: (await estate.run("plan")).stdout }).toEqual({
        call,
        plan: "Nothing to do: AWS is as the file says.\n",
      });
      expect({ call, accounts: await accountNames() }).toEqual({ call, accounts: ["master", ...names] });
    }
    // The whole apply was gone through: every account needs its creation, a poll and a move at the least.
    expect(call).toBeGreaterThan(3 * names.length);
  });
});
