/**
 * Evidence to environment: pure, without I/O, clock or variables.
 *
 * The account is that of the credentials, since that is where calls go; the machine's stands in where no credentials are set.
 *
 * | credentials say                 | machine says | the account is | trust                       |
 * | ------------------------------- | ------------ | -------------- | --------------------------- |
 * | A                               | nothing      | A              | the best that says A        |
 * | A                               | A            | A              | the best that says A        |
 * | A and B                         | anything     | Conflict       |                             |
 * | A                               | B            | Conflict       |                             |
 * | A; in a CI job, or crossAccount | B            | A              | the best of the credentials |
 * | nothing                         | B            | B              | the best that says B        |
 * | nothing                         | B and C      | Conflict       |                             |
 * | nothing                         | nothing      | unknown        |                             |
 *
 * Where some credentials are set whose account nobody could tell, the trust is hint, whatever says it.
 *
 * A CI runner's own account says nothing about the job's: deploying from a tools account is what it is for.
 *
 * The region is what is configured (variables, then the profile), else the machine's; to work in a region that the machine
 * isn't in is ordinary, so they never conflict. Name, team, environment and protection come from whatever names the
 * account, and two that name it differently conflict; their trust is the weaker of the account's and the naming's.
 */

import { EnvironmentError } from "./errors.ts";
import type { Finding, Gathered, Naming } from "./findings.ts";
import type { Environment, Evidence, Fact, Platform, Trust } from "./model.ts";

const STRENGTH: Readonly<Record<Trust, number>> = { hint: 0, strong: 1, proof: 2 };

/** The innermost wins: a CI job runs in a container, on a machine. */
const PLATFORMS: readonly Platform[] = ["github-actions", "gitlab", "codebuild", "lambda", "ecs", "eks", "ec2"];
const CI: readonly Platform[] = ["github-actions", "gitlab", "codebuild"];

export interface DecideOptions {
  readonly crossAccount: boolean;
}

/** @throws EnvironmentError `EnvDetect.Conflict`, naming both sides */
export function decide(gathered: Gathered, options: DecideOptions): Environment {
  const { findings, namings, unanswered } = gathered;
  refuseDisagreement("instance", about(findings, "instance"));
  const account = decideAccount(gathered, options);
  const named = <T extends string | boolean>(field: string, of: (naming: Naming) => T | undefined): Fact<T> =>
    decideName(field, account, namings, of);
  return {
    account,
    accountName: named("account's name", ({ name }) => name),
    team: named("team", ({ team }) => team),
    environment: decideEnvironment(
      about(findings, "environment"),
      named("environment", ({ environment }) => environment),
    ),
    region: decideRegion(findings),
    protected: named("protection", (naming) => naming.protected),
    platform: decidePlatform(findings),
    unanswered,
  };
}

/** @throws EnvironmentError `EnvDetect.Conflict` */
export function decideAccount(
  { findings, unidentified }: Pick<Gathered, "findings" | "unidentified">,
  { crossAccount }: DecideOptions,
): Fact<string> {
  const evidence = about(findings, "account");
  const ofCredentials = evidence.filter(({ side }) => side === "credentials");
  refuseDisagreement("account", ofCredentials);
  const apart = crossAccount || CI.includes(decidePlatform(findings).value ?? "other");
  const others = evidence.filter((one) => !ofCredentials.includes(one));
  const counted = ofCredentials.length > 0 && apart ? ofCredentials : [...ofCredentials, ...others];
  refuseDisagreement("account", counted);
  const best = strongest(counted);
  return { value: best?.value, trust: best && (unidentified === undefined ? best.trust : "hint"), evidence };
}

/** The region that calls go to. */
export function decideRegion(findings: readonly Finding[]): Fact<string> {
  const evidence = about(findings, "region");
  const chosen = evidence.find(({ side }) => side === "configuration") ?? strongest(evidence);
  return { value: chosen?.value, trust: chosen?.trust, evidence };
}

function decidePlatform(findings: readonly Finding[]): Fact<Platform> {
  const evidence = about(findings, "platform");
  const value = PLATFORMS.find((platform) => evidence.some((one) => one.value === platform)) ?? "other";
  return { value, trust: strongest(evidence.filter((one) => one.value === value))?.trust ?? "hint", evidence };
}

function decideName<T extends string | boolean>(
  field: string,
  account: Fact<string>,
  namings: readonly Naming[],
  of: (naming: Naming) => T | undefined,
): Fact<T> {
  const values = new Map<string, T>();
  const evidence: Evidence[] = [];
  for (const naming of namings) {
    const value = of(naming);
    if (value === undefined) continue;
    values.set(String(value), value);
    const trust = weaker(naming.trust, account.trust ?? "hint");
    evidence.push({ source: naming.source, value: String(value), trust, side: "configuration" });
  }
  refuseDisagreement(field, evidence);
  const best = strongest(evidence);
  return { value: best && values.get(best.value), trust: best?.trust, evidence };
}

function decideEnvironment(stated: readonly Evidence[], named: Fact<string>): Fact<string> {
  const evidence = [...named.evidence, ...stated];
  refuseDisagreement("environment", evidence);
  const best = strongest(evidence);
  return { value: best?.value, trust: best?.trust, evidence };
}

function refuseDisagreement(field: string, evidence: readonly Evidence[]): void {
  const one = strongest(evidence);
  const other = strongest(evidence.filter(({ value }) => value !== one?.value));
  if (one === undefined || other === undefined) return;
  const crossing = field === "account" && one.side !== other.side;
  throw new EnvironmentError(
    "EnvDetect.Conflict",
    `The ${field} is ${one.value} by ${one.source}, but ${other.value} by ${other.source}.`,
    crossing
      ? "Is this the right machine, with the right credentials? If they are of two accounts on purpose, say so: --cross-account (crossAccount: true)."
      : "One of the two is wrong or left over: correct or unset it.",
  );
}

function about(findings: readonly Finding[], field: Finding["about"]): Evidence[] {
  return findings
    .filter((finding) => finding.about === field)
    .map(({ source, value, trust, side }) => ({ source, value, trust, side }));
}

/** The first of the best. */
function strongest(evidence: readonly Evidence[]): Evidence | undefined {
  return evidence.reduce<Evidence | undefined>(
    (best, one) => (best !== undefined && STRENGTH[best.trust] >= STRENGTH[one.trust] ? best : one),
    undefined,
  );
}

const weaker = (a: Trust, b: Trust): Trust => (STRENGTH[a] < STRENGTH[b] ? a : b);
