/** People and groups as the directory of a test host holds them, and the landing zone file that lets them in. */

import { suffix, type FixtureEntry } from "../../../directory/src/testing/people.ts";
import { reader } from "../../../directory/src/testing/slapd.ts";

export interface TestPerson {
  readonly uid: string;
  readonly number: number;
  readonly keys?: readonly string[];
  readonly disabled?: boolean;
}

export const dnOf = (uid: string): string => `uid=${uid},ou=people,${suffix}`;
export const dnOfGroup = (cn: string): string => `cn=${cn},ou=groups,${suffix}`;

export function personEntry({ uid, number, keys = [], disabled = false }: TestPerson): FixtureEntry {
  return {
    dn: dnOf(uid),
    attributes: {
      objectClass: ["inetOrgPerson", "posixAccount", ...(keys.length > 0 ? ["ldapPublicKey"] : [])],
      uid: [uid],
      cn: [uid],
      sn: [uid],
      uidNumber: [String(number)],
      gidNumber: [String(number)],
      homeDirectory: [`/home/${uid}`],
      loginShell: ["/bin/bash"],
      ...(keys.length > 0 && { sshPublicKey: keys }),
      ...(disabled && { pwdAccountLockedTime: ["000001010000Z"] }),
    },
  };
}

/** A group of an LDAP server has to have somebody. */
export function groupEntry(cn: string, uids: readonly string[]): FixtureEntry {
  return { dn: dnOfGroup(cn), attributes: { objectClass: ["groupOfNames"], cn: [cn], member: uids.map(dnOf) } };
}

export interface LandingZoneOptions {
  /** The section `ssh`, in YAML's flow style. */
  readonly ssh?: string;
  readonly directory?: string;
  readonly peopleFilter?: string;
  readonly canary?: string;
}

/** Account `shop-dev`, whose people are in the directory's group `shop`; those in `ops` may become root. */
export function landingZone({ ssh, directory, peopleFilter, canary }: LandingZoneOptions = {}): string {
  const fromServer = `{ url: "ldap://127.0.0.1", allowPlaintext: true, bindDn: "${reader.dn}", bindPassword: { env: LDAP_PASSWORD } }`;
  const filter = peopleFilter ?? "(objectClass=inetOrgPerson)";
  return `version: 1
organization: { managementAccountId: "111111111111", homeRegion: eu-central-1, accountEmail: "aws+{account}@example.com" }
environments: { dev: { organizationalUnit: Workloads } }
teams: { shop: { environments: [dev] } }
users:
  directory: ${directory ?? fromServer}
  people: { base: "ou=people,${suffix}", filter: "${filter}", name: "{uid}"${canary ? `, canary: "${canary}"` : ""} }
  groups: { base: "ou=groups,${suffix}", filter: "(objectClass=groupOfNames)" }
ssh: ${ssh ?? `{ ${access}, uid: "{uidNumber}" }`}
`;
}

/** Who may sign in, for a section `ssh` of one's own. */
export const access = `access: [{ group: shop, accounts: shop-dev }, { group: ops, accounts: shop-dev, sudo: true }]`;
