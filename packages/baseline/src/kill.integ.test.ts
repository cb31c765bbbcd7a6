/** SIGKILL at every call of an apply, before AWS gets it and after AWS has done it: the next run finishes the work. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { localhostNames } from "@bulkhead/sandbox";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openEstate, region, type Estate } from "./testing/estate.ts";

const baseline = `baseline:
  accountAlias: "example-{account}"
  s3PublicAccess: block-all
  defaultVpc: { removeFrom: [one] }
`;
const nothing = "Nothing to do: AWS is as the file says.";

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(["one"], baseline, [region]);
});
afterAll(async () => estate[Symbol.asyncDispose]());

const ec2 = (): EC2Client => estate.byHand(EC2Client, "one");

/** AWS makes a gateway with each default VPC; moto doesn't. */
async function addGateway(): Promise<void> {
  const { Vpcs: vpcs = [] } = await ec2().send(new DescribeVpcsCommand({}));
  const { InternetGateway: gateway } = await ec2().send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = gateway?.InternetGatewayId ?? "";
  await ec2().send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcs[0]?.VpcId ?? "" }));
}

/** A process of its own, so that it can be killed like one. */
function startApply(): ChildProcess {
  const options = ["--conditions=@bulkhead/source", "--import", localhostNames];
  const bin = join(import.meta.dirname, "bin.ts");
  return spawn(process.execPath, [...options, bin, "apply", "--yes", "--file", estate.file], {
    env: { ...process.env, ...estate.env },
    stdio: "ignore",
  });
}

async function killAt(call: number, kind: "before" | "after"): Promise<boolean> {
  await estate.reset();
  await addGateway();
  const child = startApply();
  const closed = once(child, "close");
  let killed = false;
  estate.sandbox.faults.at(call, {
    kind,
    run: async () => {
      killed = true;
      child.kill("SIGKILL");
      await closed;
      return kind === "before" ? "cut" : undefined;
    },
  });
  await closed;
  return killed;
}

describe("an apply that is killed", () => {
  it.each(["before", "after"] as const)("%s any call was answered is finished by the next", async (kind) => {
    await estate.reset();
    await addGateway();
    estate.sandbox.clearCalls();
    await estate.run("plan");
    // What only reads can be killed anywhere.
    const first = estate.sandbox.calls().length;
    let call = first;
    for (; await killAt(call, kind); call++) {
      const { exitCode, stdout } = await estate.run("apply", "--yes");
      expect({ call, exitCode, stdout }).toMatchObject({ call, exitCode: 0 });
      expect({ call, plan: (await estate.run("plan")).stdout }).toEqual({
        call,
        plan: expect.stringContaining(nothing),
      });
      const { Vpcs: vpcs } = await ec2().send(new DescribeVpcsCommand({}));
      const { InternetGateways: gateways } = await ec2().send(new DescribeInternetGatewaysCommand({}));
      expect({ call, vpcs, gateways }).toEqual({ call, vpcs: [], gateways: [] });
    }
    // The whole apply was gone through: the lease, and each of the five changes read and written.
    expect(call - first).toBeGreaterThan(4 + 2 * 5);
  });
});
