/**
 * Whether anybody uses a default VPC. Pure.
 *
 *   found in it                                                    | counts as a use
 *   ---------------------------------------------------------------+----------------
 *   a network interface: instances, databases, load balancers, …   | yes
 *   a VPC endpoint, a VPN gateway, a peering that isn't over        | yes
 *   a subnet that AWS didn't make                                   | yes
 *   a route table, network ACL or security group that isn't its own | yes
 *   the main route table, the default network ACL and group         | no: they go with it
 */

import type {
  NetworkAcl,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  Subnet,
  VpcEndpoint,
  VpcPeeringConnection,
  VpnGateway,
} from "@aws-sdk/client-ec2";

export interface Contents {
  readonly interfaces: readonly NetworkInterface[];
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly networkAcls: readonly NetworkAcl[];
  readonly endpoints: readonly VpcEndpoint[];
  readonly peerings: readonly VpcPeeringConnection[];
  readonly vpnGateways: readonly VpnGateway[];
}

/** States in which a peering is over: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html */
const over: ReadonlySet<string | undefined> = new Set(["deleted", "expired", "failed", "rejected"]);

/** Empty where nobody does; otherwise `3 network interfaces`, and the like. */
export function usesOf(contents: Contents): readonly string[] {
  const counts: [number, string][] = [
    [contents.interfaces.length, "network interface"],
    [contents.endpoints.length, "VPC endpoint"],
    [contents.vpnGateways.length, "VPN gateway"],
    [contents.peerings.filter(({ Status: status }) => !over.has(status?.Code)).length, "peering"],
    [contents.subnets.filter(({ DefaultForAz: isDefault }) => !isDefault).length, "subnet of somebody's own"],
    [contents.routeTables.filter((table) => !isMain(table)).length, "route table of somebody's own"],
    [contents.networkAcls.filter(({ IsDefault: isDefault }) => !isDefault).length, "network ACL of somebody's own"],
    [contents.securityGroups.filter(({ GroupName: name }) => name !== "default").length, "security group"],
  ];
  return counts.filter(([count]) => count > 0).map(([count, what]) => `${count} × ${what}`);
}

function isMain({ Associations: associations = [] }: RouteTable): boolean {
  return associations.some(({ Main: main }) => main);
}
