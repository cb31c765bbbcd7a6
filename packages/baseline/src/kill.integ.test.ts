/** SIGKILL at every call of an apply, before AWS gets it and after AWS has done it: the next run finishes the work. */

import { describe, expect, it } from "@jest/globals";
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { killAt, localhostNames, startSource } from "@bulkhead/sandbox";
import { join } from "node:path";
import { openEstate, region, type Estate } from "./testing/estate.ts";

const nothing = "Nothing to do: AWS is as the file says.";

const bin = join(import.meta.dirname, "bin.ts");
const startApply = ({ file, env }: Estate) =>
  startSource(bin, ["apply", "--yes", "--file", file], { ...env, NODE_OPTIONS: `--import ${localhostNames}` });

/** The next apply, and the plan after it. */
async function expectFinished(estate: Estate, call: unknown): Promise<void> {
  const { exitCode, stdout } = await estate.run("apply", "--yes");
  expect({ call, exitCode, stdout }).toMatchObject({ call, exitCode: 0 });
  expect({ call, plan: (await estate.run("plan")).stdout }).toEqual({ call, plan: expect.stringContaining(nothing) });
}

describe("an apply that is killed", () => {
  const ground = `roles: { admin: { managedPolicies: [ReadOnlyAccess] } }
baseline:
  accountAlias: "example-{account}"
  s3PublicAccess: block-all
  defaultVpc: { removeFrom: [one] }
`;

  it.each(["before", "after"] as const)("%s any call was answered is finished by the next", async (kind) => {
    await using estate = await openEstate(["one"], ground, [region]);
    const ec2 = (): EC2Client => estate.byHand(EC2Client, "one");
    await addGateway(ec2());
    estate.sandbox.clearCalls();
    await estate.run("plan");
    // What only reads can be killed anywhere.
    const first = estate.sandbox.calls().length;
    const reset = async (): Promise<void> => {
      await estate.reset();
      await addGateway(ec2());
    };
    let call = first;
    for (await reset(); await killAt(estate.sandbox, () => startApply(estate), call, kind); call++) {
      await expectFinished(estate, call);
      const { Vpcs: vpcs } = await ec2().send(new DescribeVpcsCommand({}));
      const { InternetGateways: gateways } = await ec2().send(new DescribeInternetGatewaysCommand({}));
      expect({ call, vpcs, gateways }).toEqual({ call, vpcs: [], gateways: [] });
      await reset();
    }
    // The whole apply was gone through: the lease, and each of the six changes read and written.
    expect(call - first).toBeGreaterThan(4 + 2 * 6);
  });

  it("while it makes the trail is finished by the next, with one key and no more", async () => {
    await using estate = await openEstate(["log-archive"], "baseline: { trail: {} }", [region]);
    const bucket = `bulkhead-trail-${estate.ids.get("log-archive") ?? ""}-${region}`;
    const counts: number[] = [];
    const writes = ["CreateKey", "PutKeyPolicy", "EnableKeyRotation", "CreateAlias"].map((name) => `kms:${name}`);
    for (const operation of [
      `s3:PUT /${bucket}/`,
      ...writes,
      "cloudtrail:CreateTrail",
      "cloudtrail:StartLogging",
    ] as const) {
      let call = 1;
      for (; await killAt(estate.sandbox, () => startApply(estate), call, "after", { operation }); call++) {
        await expectFinished(estate, `${operation} ${call}`);
        const { Keys } = await estate.byHand(KMSClient, "log-archive").send(new ListKeysCommand({}));
        expect({ operation, call, Keys }).toMatchObject({ Keys: [expect.anything()] });
        await estate.reset();
      }
      await estate.reset();
      counts.push(call - 1);
    }
    expect(counts).toEqual([9, 1, 1, 1, 1, 1, 1]);
  });
});

/** AWS makes a gateway with each default VPC; moto doesn't. */
async function addGateway(ec2: EC2Client): Promise<void> {
  const { Vpcs: vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const { InternetGateway: gateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = gateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcs[0]?.VpcId ?? "" }));
}
