/** The landing zone that `bulkhead init` writes: small, whole, and with the reason of every part beside it. */

/** The files of a first landing zone, by path relative to its folder. */
export const starterFiles: Readonly<Record<string, string>> = {
  "bulkhead.yaml": `# Your AWS accounts. \`bulkhead validate\` checks this file, \`bulkhead plan\` shows what it would change.
# For completion in your editor: bulkhead schema > bulkhead.schema.json
version: 1
organization:
  managementAccountId: "111111111111"        # in quotes: it is a name, not a number
  homeRegion: eu-central-1
  regions: [eu-central-1, us-east-1]         # where accounts may work
  accountEmail: "aws+{account}@example.com"  # an address of its own for each account
  identityAccount: identity                  # holds the people
  logArchiveAccount: log-archive             # holds the logs

environments:                                # in order of promotion
  dev:   { organizationalUnit: Workloads/Development }
  stage: { organizationalUnit: Workloads/Staging }
  prod:  { organizationalUnit: "Workloads/Production/{department}", protected: true }

teams:                                       # an account for each environment, named {team}-{environment}
  player: { environments: [dev, stage, prod], department: Video, tags: { CostCenter: "4711" } }
  ads:    { environments: [dev, prod], department: Sales }
  ops:    { environments: [dev, prod], department: Platform }

accounts:                                    # shared accounts, and anything out of the ordinary
  identity:    { organizationalUnit: Security }
  log-archive: { organizationalUnit: Security }

organizationalUnits:                         # only those with policies need a line here
  Root: { serviceControlPolicies: [deny-leaving] }
serviceControlPolicies:
  deny-leaving: policies/deny-leaving.json

roles:                                       # in every account unless narrowed
  admin:     { managedPolicies: [AdministratorAccess] }
  developer: { managedPolicies: [PowerUserAccess], accounts: { environments: [dev, stage] }, maxSessionHours: 8 }
  readonly:  { managedPolicies: [ReadOnlyAccess] }
access:                                      # which group may enter which role, where
  - { group: player-developers, roles: [developer, readonly], accounts: { team: player } }
  - { group: ops, roles: [admin], accounts: all }
`,
  "policies/deny-leaving.json": `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "DenyLeaving", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*" }
  ]
}
`,
};
