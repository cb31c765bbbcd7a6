/** The control `default-vpc`: the VPCs that AWS makes in each region, removed where the file says so and nobody uses them. */

import type { Control } from "../../control.ts";
import { accountAndRegion } from "../../scopes.ts";
import { vpcKind } from "./model.ts";

export const defaultVpc: Control = {
  name: "default-vpc",
  section: "defaultVpc",
  summary:
    "Removes the VPC that AWS makes in each region, with its subnets and internet gateway, from accounts that the file names, and only where nothing is in it or was added to it.",
  scope: {
    name: "account and region",
    sites: (landingZone) => {
      const named = landingZone.baseline?.defaultVpc?.removeFrom ?? [];
      return accountAndRegion.sites(landingZone).filter(({ account }) => named.includes(account));
    },
  },
  dependsOn: [],
  rights: {
    read: [
      {
        actions: [
          "ec2:DescribeInternetGateways",
          "ec2:DescribeNetworkAcls",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeRouteTables",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcEndpoints",
          "ec2:DescribeVpcPeeringConnections",
          "ec2:DescribeVpcs",
          "ec2:DescribeVpnGateways",
        ],
        resources: ["*"],
      },
    ],
    write: [
      {
        actions: [
          "ec2:CreateTags",
          "ec2:DeleteInternetGateway",
          "ec2:DeleteSubnet",
          "ec2:DeleteVpc",
          "ec2:DetachInternetGateway",
        ],
        resources: ["*"],
      },
    ],
  },
  kinds: [
    {
      name: vpcKind,
      fields: {
        vpc: "its id; null where only the gateway of an earlier, interrupted removal is left",
        cidrBlock: "its addresses",
        subnets: "ids of the subnets that go with it",
        internetGateways: "ids of the internet gateways that go with it",
        uses: "what of somebody's own is in it; then it stays",
      },
      extra: "delete",
      sentence: (_, { account, region }) => `remove the unused default VPC of ${account} (${region})`,
      write: async (...change) => (await import("./apply.ts")).removeDefaultVpc(...change),
    },
  ],
  desired: () => [],
  read: async (...at) => (await import("./actual.ts")).readDefaultVpc(...at),
};
