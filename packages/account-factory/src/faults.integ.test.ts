/** Every call of an apply disturbed once, each by another fault: the run says what happened, and the next one converges. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Fault } from "@bulkhead/sandbox";
import { ListAccountsCommand } from "@aws-sdk/client-organizations";
import { landingZone, openEstate, type Estate } from "./testing/estate.ts";

const names = ["one", "two"];
let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(landingZone(names), { createAccountPolls: 1 });
});
afterAll(async () => estate[Symbol.asyncDispose]());

const faults: readonly Fault[] = [
  { kind: "cut" },
  { kind: "fail", status: 503, code: "ServiceException", message: "later" },
  { kind: "cutAfter" },
  { kind: "fail", status: 400, code: "TooManyRequestsException", message: "slower" },
  { kind: "half" },
  { kind: "notAws" },
];

describe("an apply of which one call goes wrong", () => {
  it.each(faults.map((fault, index) => [JSON.stringify(fault), fault, index] as const))(
    "by %s is finished by the next",
    async (_, fault, index) => {
      let disturbed = true;
      // All kinds together go through every call.
      for (let call = index + 1; disturbed; call += faults.length) {
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
    },
  );
});
