/** Every call of an apply disturbed once, each by another fault: the run says what happened, and the next one converges. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { everyFault } from "@bulkhead/sandbox";
import { ListAccountsCommand } from "@aws-sdk/client-organizations";
import { landingZone, openEstate, type Estate } from "./testing/estate.ts";

const names = ["one", "two"];
let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(landingZone(names), { createAccountPolls: 1 });
});
afterAll(async () => estate[Symbol.asyncDispose]());

describe("an apply of which one call goes wrong", () => {
  it.each(everyFault)("by %j is finished by the next", async (fault, firstCall) => {
    let disturbed = true;
    // All kinds together go through every call.
    for (let call = firstCall; disturbed; call += everyFault.length) {
      await estate.sandbox.reset();
      estate.sandbox.faults.at(call, fault);
      const first = await estate.run("apply", "--yes");
      estate.sandbox.faults.clear();
      disturbed = estate.sandbox.calls().length >= call;
      if (first.exitCode !== 0) {
        const said = first.stdout + first.stderr;
        expect({ call, said }).toEqual({
          call,
          said: expect.stringMatching(/\((Aws|Accounts|Credentials)\.\w+\)\n {2,}\S/),
        });
      }

      const second = await estate.run("apply", "--yes");

      expect({ call, ...second }).toMatchObject({ call, exitCode: 0 });
      expect({ call, plan: (await estate.run("plan")).stdout }).toEqual({
        call,
        plan: "Nothing to do: AWS is as the file says.\n",
      });
      const { Accounts = [] } = await estate.byHand.send(new ListAccountsCommand({}));
      expect({ call, accounts: Accounts.map(({ Name }) => Name).sort() }).toEqual({
        call,
        accounts: ["master", ...names],
      });
    }
  });
});
