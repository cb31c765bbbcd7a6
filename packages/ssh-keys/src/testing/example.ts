/** A landing zone, a directory and a host in memory, for tests of decisions. */

import type { DirectoryRead, Group, Person } from "@bulkhead/directory";
import { loadLandingZone } from "@bulkhead/landing-zone";
import type { LandingZoneWithSsh } from "../desired.ts";
import type { FoundHost } from "../model.ts";

/** The account that the host of the tests is in. */
export const here = "shop-dev";

export function landingZone(ssh = "{}"): LandingZoneWithSsh {
  const text = `version: 1
organization: { managementAccountId: "111111111111", homeRegion: eu-central-1, accountEmail: "aws+{account}@example.com" }
environments: { dev: { organizationalUnit: Dev }, prod: { organizationalUnit: Prod } }
teams: { shop: { environments: [dev, prod] }, ads: { environments: [dev] } }
users:
  directory: { url: "ldif:people.ldif" }
  people: { base: "dc=x", filter: "(uid=*)", name: "{uid}" }
  groups: { base: "dc=x", filter: "(cn=*)", name: { match: "^linux-(.+)$", to: "$1" } }
`;
  const rules = `[{ group: developers, accounts: { team: shop } }, { group: operators, accounts: all, sudo: true }, { group: ads, accounts: { team: ads } }]`;
  const contents = `${text}ssh: { access: ${rules}, ...REST }`.replace(
    ", ...REST",
    ssh === "{}" ? "" : `, ${ssh.slice(1, -1)}`,
  );
  const loaded = loadLandingZone("bulkhead.yaml", {
    size: (path) => (path === "bulkhead.yaml" ? contents.length : undefined),
    read: () => contents,
    list: () => [],
  });
  return loaded as LandingZoneWithSsh;
}

export interface PersonOptions {
  readonly keys?: readonly string[];
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly status?: Person["status"];
}

export const left: Person["status"] = { state: "disabled", evidence: "nsAccountLock=true" };

/** A person whose key in the directory is `key-UID`. */
export function person(uid: string, { keys = [], attributes = {}, status }: PersonOptions = {}): Person {
  return {
    key: `key-${uid}`,
    dn: `uid=${uid.replace(/[\\"+,;<=>#\n]/g, "_")},dc=x`,
    attributes: { uid: [uid], ...(keys.length > 0 ? { sshPublicKey: keys } : {}), ...attributes },
    status: status ?? { state: "active", evidence: "" },
  };
}

/** A group of the directory, `linux-` ahead of its name. */
export function group(name: string, people: readonly Person[]): Group {
  const members = people.map(({ key }) => ({ person: key, through: [] }));
  return { key: `group-${name}`, dn: `cn=linux-${name},dc=x`, name: `linux-${name}`, members, unresolved: [] };
}

/** A complete read; or one that isn't, for this reason. */
export function directory(people: readonly Person[], groups: readonly Group[], incomplete?: string): DirectoryRead {
  const reasons = incomplete === undefined ? [] : [{ code: "connectionLost" as const, message: incomplete }];
  return {
    people,
    groups,
    proof: {
      complete: incomplete === undefined,
      boundAs: "file",
      server: "ldif:people.ldif",
      reasons,
      counts: { people: people.length, groups: groups.length, members: 0, unresolvedMembers: 0 },
      canary: null,
    },
  };
}

/** A host as it comes from an image. */
export const freshHost: FoundHost = {
  state: { people: {}, groups: {} },
  people: [],
  users: new Map([
    ["root", 0],
    ["ec2-user", 1000],
  ]),
  groups: new Map([
    ["root", { gid: 0, members: [] }],
    ["wheel", { gid: 10, members: ["ec2-user"] }],
  ]),
  strayKeyFiles: [],
  sudoRules: null,
  revokedKeys: null,
  rootKeys: new Set(),
  shells: new Set(["/bin/sh", "/bin/bash", "/bin/zsh"]),
};
