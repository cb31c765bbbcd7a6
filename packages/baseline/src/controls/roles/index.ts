/** The control `roles`: the landing zone's roles in the accounts that they belong to, and whoever may enter them. */

import { changeId, type ObjectName } from "@bulkhead/plan";
import type { JsonObject } from "@bulkhead/core";
import type { LandingZone } from "@bulkhead/landing-zone";
import type { Control, Found, Reach, Site } from "../../control.ts";
import { managedTag } from "../../ownership.ts";
import { global } from "../../scopes.ts";
import { wantedRoles } from "./desired.ts";
import { providerKind, roleKind, type RoleFields } from "./model.ts";
import { issuersOf } from "./trust.ts";

/** @param all every control there is: Bulkhead's own role has their rights */
export function rolesControl(all: () => readonly Control[]): Control {
  return {
    name: "roles",
    section: null,
    alsoIn: ["roles.NAME", "baseline.auditRole", "baseline.ownRole"],
    summary:
      "The roles of the landing zone, the audit role and Bulkhead's own role, with the identity providers that they trust.",
    scope: { name: "account", sites: ({ accounts, ...rest }) => (wantsRoles(rest) ? accounts.map(siteOf) : []) },
    dependsOn: [],
    rights: {
      read: [
        {
          actions: ["iam:GetAccountAuthorizationDetails", "iam:ListRoles", "iam:ListOpenIDConnectProviders"],
          resources: ["*"],
        },
        {
          actions: ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy"],
          resources: ["arn:aws:iam::*:role/*"],
        },
        { actions: ["iam:GetOpenIDConnectProvider"], resources: ["arn:aws:iam::*:oidc-provider/*"] },
      ],
      write: [
        {
          actions: [
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:TagRole",
            "iam:UpdateRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:PutRolePermissionsBoundary",
            "iam:DeleteRolePermissionsBoundary",
            "iam:AttachRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:ListInstanceProfilesForRole",
          ],
          resources: ["arn:aws:iam::*:role/*"],
        },
        { actions: ["iam:RemoveRoleFromInstanceProfile"], resources: ["arn:aws:iam::*:instance-profile/*"] },
        {
          actions: [
            "iam:CreateOpenIDConnectProvider",
            "iam:TagOpenIDConnectProvider",
            "iam:AddClientIDToOpenIDConnectProvider",
          ],
          resources: ["arn:aws:iam::*:oidc-provider/*"],
        },
      ],
    },
    kinds: [
      {
        name: providerKind,
        fields: { audiences: "whom tokens are for; those of others are left alone" },
        sentence: (action, { account, name }) =>
          action === "create"
            ? `let ${account} know the identity provider ${name}`
            : `let tokens of ${name} in ${account} be for AWS`,
        read: async (...change) => (await import("./apply.ts")).readProviderAgain(...change),
        write: async (...change) => (await import("./apply.ts")).writeProvider(...change),
      },
      {
        name: roleKind,
        fields: {
          path: "the IAM path; another one means another role",
          trust: "the trust policy: who may enter",
          maxSessionSeconds: "the longest session",
          managedPolicies: "ARNs of the attached policies; others are detached",
          inlinePolicies: "policies in the role itself; others are removed",
          permissionsBoundary: "ARN of the policy that bounds what the role may do; null for none",
          tags: `${managedTag} makes the role Bulkhead's own`,
        },
        immutable: ["path"],
        sentence: (action, object, before, after) => roleSentence(action, object, before, after),
        dependsOn: ({ account, region }, after) =>
          issuersOf(after?.["trust"]).map((name) => changeId({ account, region, kind: providerKind, name })),
        read: async (...change) => (await import("./apply.ts")).readRoleAgain(...change),
        write: async (...change) => (await import("./apply.ts")).writeRole(...change),
      },
    ],
    desired: (site, estate) => wantedRoles(site, estate, all()),
    read: (site, reach) => readSite(site, reach, wantedRoles(site, reach, all())),
  };
}

function siteOf({ name }: { name: string }): Site {
  return { account: name, region: global };
}

function wantsRoles({ roles, baseline }: Pick<LandingZone, "roles" | "baseline">): boolean {
  return roles.length > 0 || baseline?.ownRole !== undefined;
}

/** The roles that the file names, and those that are ours without it; nobody else's are of interest. */
async function readSite(site: Site, reach: Reach, wanted: ReturnType<typeof wantedRoles>): Promise<readonly Found[]> {
  const { readProviders, readRoles } = await import("./actual.ts");
  const namesOf = (kind: string): string[] => wanted.filter((it) => it.kind === kind).map(({ name }) => name);
  const [roles, providers] = await Promise.all([
    reach.once(`roles ${site.account}`, () => readRoles(site, reach)),
    readProviders(namesOf(providerKind), site, reach),
  ]);
  const declared = new Map(namesOf(roleKind).map((name) => [name.toLowerCase(), name]));
  return [
    ...[...providers].map(([name, fields]) => ({ kind: providerKind, name, fields, ownership: null })),
    ...[...roles].flatMap(([found, fields]): Found[] => {
      const name = declared.get(found.toLowerCase());
      const isOurs = fields.tags[managedTag] !== undefined;
      if (!isOurs && name === undefined) return [];
      const role = {
        kind: roleKind,
        name: name ?? found,
        fields,
        ownership: isOurs ? `tag ${managedTag}` : null,
      };
      if (name !== undefined && name !== found) {
        return [{ ...role, untouchable: `its name in AWS is ${found}, and IAM takes both for one: name it so` }];
      }
      return [isOurs || isAdopted(found, reach.landingZone) ? role : { ...role, untouchable: foreign }];
    }),
  ];
}

/** The access role came with the account: where it is to be Bulkhead's own role, nobody else can mean it. */
function isAdopted(name: string, { roles, baseline, organization }: LandingZone): boolean {
  return (
    roles.some((role) => role.name === name && role.adopt) ||
    (name === baseline?.ownRole && name === organization.accessRole)
  );
}

const foreign = `such a role is there already, and isn't Bulkhead's own: take it over by \`adopt: true\` at the role in the file, or by the tag ${managedTag}=true; or rename one of the two`;

function roleSentence(
  action: string,
  { account, name }: ObjectName,
  before: JsonObject | null,
  after: JsonObject | null,
): string {
  switch (action) {
    case "create":
      return `create role ${name} in ${account}`;
    case "replace":
      return `replace role ${name} in ${account}: its path can't be changed`;
    case "unmanaged":
      return `role ${name} in ${account} is no longer in the file; it stays, and can be entered as before`;
    default:
      return `${isAdoption(before as RoleFields | null, after as RoleFields | null) ? "take over" : "change"} role ${name} in ${account}`;
  }
}

function isAdoption(before: RoleFields | null, after: RoleFields | null): boolean {
  return after !== null && before?.tags[managedTag] === undefined;
}
