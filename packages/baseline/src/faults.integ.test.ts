/** Every call of an apply disturbed once, each by another fault: the run says what happened, and the next one converges. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DeleteParametersCommand, GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { everyFault } from "@bulkhead/sandbox";
import { openEstate, region, type Estate } from "./testing/estate.ts";

const baseline = `baseline:
  accountAlias: "example-{account}"
  s3PublicAccess: block-all
  imdsv2: {}
  defaultVpc: { removeFrom: [one] }
`;

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(["one"], baseline, [region]);
});
afterAll(async () => estate[Symbol.asyncDispose]());

/** A run that couldn't give its lease back isn't waited for once it has ended; here it is this process, which lives on. */
async function giveBackLease(): Promise<void> {
  const client = estate.byHand(SSMClient, "management");
  const { Parameters: rows = [] } = await client.send(new GetParametersByPathCommand({ Path: "/bulkhead/lease" }));
  const Names = rows.map(({ Name = "" }) => Name);
  if (Names.length > 0) await client.send(new DeleteParametersCommand({ Names }));
}

describe("an apply of which one call goes wrong", () => {
  it.each(everyFault)("by %j is finished by the next", async (fault, firstCall) => {
    // All kinds together go through every call.
    for (let call = firstCall; ; call += everyFault.length) {
      await estate.reset();
      estate.sandbox.faults.at(call, fault);
      const first = await estate.run("apply", "--yes");
      // There was no such call: the fault still waits, and would strike the next run.
      if (estate.sandbox.calls().length < call) break;
      const said = first.stdout + first.stderr;
      if (first.exitCode !== 0) {
        expect({ call, said }).toEqual({
          call,
          // An error with its code, or a part that wasn't read; and what to do.
          said: expect.stringMatching(
            /\((Aws|Baseline|Credentials)\.\w+\)\n {2,}\S|Not read\n {2}baseline in one: .*Check AWS_ENDPOINT_URL/,
          ),
        });
      }

      await giveBackLease();
      const second = await estate.run("apply", "--yes");

      expect({ call, ...second }).toMatchObject({ call, exitCode: 0 });
      expect({ call, plan: (await estate.run("plan")).stdout }).toEqual({
        call,
        plan: expect.stringContaining("Nothing to do: AWS is as the file says."),
      });
    }
  });
});
