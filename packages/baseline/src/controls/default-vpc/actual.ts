/** Reads the default VPC of an account and region: what goes with it, and whether anybody uses it. */

import {
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  DescribeVpnGatewaysCommand,
  EC2Client,
  type InternetGateway,
  type Vpc,
} from "@aws-sdk/client-ec2";
import type { Found, Reach, Site } from "../../control.ts";
import { removingTag, vpcKind, type DefaultVpc } from "./model.ts";
import { usesOf, type Contents } from "./uses.ts";

/** Two calls where there is none, ten where there is one. */
export async function readDefaultVpc(site: Site, reach: Reach): Promise<readonly Found[]> {
  const client = reach.client(EC2Client, site);
  const [{ Vpcs: vpcs = [] }, { InternetGateways: gateways = [] }] = await Promise.all([
    client.send(new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] })),
    client.send(new DescribeInternetGatewaysCommand({})),
  ]);
  const [vpc] = vpcs;
  const ofVpc = gateways.filter((gateway) => isLeftOver(gateway) || isAttached(gateway, vpc));
  const internetGateways = ofVpc.map(({ InternetGatewayId: id = "" }) => id).sort();
  if (vpc === undefined && internetGateways.length === 0) return [];
  const contents = vpc && (await readContents(client, vpc.VpcId ?? ""));
  const uses = contents ? usesOf(contents) : [];
  const fields: DefaultVpc = {
    vpc: vpc?.VpcId ?? null,
    cidrBlock: vpc?.CidrBlock ?? null,
    subnets: (contents?.subnets ?? []).map(({ SubnetId: id = "" }) => id).sort(),
    internetGateways,
    uses,
  };
  return [
    {
      kind: vpcKind,
      name: vpcKind,
      fields,
      ownership: "baseline.defaultVpc.removeFrom names the account",
      ...(uses.length > 0 && { untouchable: `somebody uses it: ${uses.join(", ")}` }),
    },
  ];
}

function isAttached({ Attachments: attachments = [] }: InternetGateway, vpc: Vpc | undefined): boolean {
  return vpc !== undefined && attachments.some(({ VpcId }) => VpcId === vpc.VpcId);
}

function isLeftOver({ Attachments: attachments = [], Tags: tags = [] }: InternetGateway): boolean {
  return attachments.length === 0 && tags.some(({ Key }) => Key === removingTag);
}

async function readContents(client: EC2Client, vpc: string): Promise<Contents> {
  const of = (name: string) => ({ Filters: [{ Name: name, Values: [vpc] }] });
  const inVpc = of("vpc-id");
  const [interfaces, subnets, tables, groups, acls, endpoints, requested, accepted, gateways] = await Promise.all([
    client.send(new DescribeNetworkInterfacesCommand(inVpc)),
    client.send(new DescribeSubnetsCommand(inVpc)),
    client.send(new DescribeRouteTablesCommand(inVpc)),
    client.send(new DescribeSecurityGroupsCommand(inVpc)),
    client.send(new DescribeNetworkAclsCommand(inVpc)),
    client.send(new DescribeVpcEndpointsCommand(inVpc)),
    client.send(new DescribeVpcPeeringConnectionsCommand(of("requester-vpc-info.vpc-id"))),
    client.send(new DescribeVpcPeeringConnectionsCommand(of("accepter-vpc-info.vpc-id"))),
    client.send(new DescribeVpnGatewaysCommand(of("attachment.vpc-id"))),
  ]);
  return {
    interfaces: interfaces.NetworkInterfaces ?? [],
    subnets: subnets.Subnets ?? [],
    routeTables: tables.RouteTables ?? [],
    securityGroups: groups.SecurityGroups ?? [],
    networkAcls: acls.NetworkAcls ?? [],
    endpoints: endpoints.VpcEndpoints ?? [],
    peerings: [...(requested.VpcPeeringConnections ?? []), ...(accepted.VpcPeeringConnections ?? [])],
    vpnGateways: gateways.VpnGateways ?? [],
  };
}
