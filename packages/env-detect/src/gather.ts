/** Asks the sources, cheapest first, and no further than what is needed. All asking happens here; nothing is decided. */

import { REGION } from "./arn.ts";
import { AWS_MS, getCallerIdentity, getParameter } from "./aws.ts";
import { credentialSources, type CredentialSource } from "./credential-sources.ts";
import { decideAccount, decideRegion } from "./decide.ts";
import { NoAnswerError, deadline, within, type Deadline } from "./http.ts";
import type { Finding, Gathered, Naming, Surroundings } from "./findings.ts";
import type { DetectOptions, Unanswered } from "./model.ts";
import { dmi } from "./sources/dmi.ts";
import { ECS_METADATA, ecs } from "./sources/ecs.ts";
import { IMDS, identityFindings, instanceCredentials, openImds, type Imds } from "./sources/imds.ts";
import { lambda } from "./sources/lambda.ts";
import { MARK, namingsOf, parseMark, readMaps } from "./sources/names.ts";
import { variables } from "./sources/variables.ts";

const MARK_SOURCE = `${MARK} in SSM`;

/** All metadata endpoints together: one hop away, they answer in a few milliseconds or not at all. The whole stays below 300. */
const METADATA_MS = 270;

/**
 * Never fails because a source doesn't answer: that is in `unanswered`.
 * @throws EnvironmentError `EnvDetect.BadMap`, `EnvDetect.BadSignature`; `EnvDetect.Conflict` when it shows early
 */
export async function gather(surroundings: Surroundings, options: DetectOptions): Promise<Gathered> {
  const { env } = surroundings;
  const unanswered: Unanswered[] = [];
  const findings: Finding[] = [];

  /** Asks one source; no answer is noted, not thrown. */
  const ask: Ask = async (source, asking) => {
    try {
      return await asking();
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      unanswered.push({ source, reason: error.message });
      return undefined;
    }
  };

  // 1. What costs nothing.
  const maps = readMaps(surroundings, options);
  findings.push(...variables(env), ...lambda(options.invokedFunctionArn), ...dmi(surroundings));

  // 2. What the platform says on its local link.
  const { imds, metadata } = await askPlatform(env, findings, options, ask);
  findings.push(...metadata);

  // 3. What AWS says, where the account of the credentials is still open.
  const configured = credentialSources(surroundings, options.credentials);
  const sources = configured.length === 0 && imds !== undefined ? [instanceRole(imds)] : configured;
  for (const source of sources) findings.push(...source.findings);
  const region = decideRegion(findings).value;
  // A region becomes part of a host name: what isn't one must not.
  const call: CallSettings = {
    env,
    region: REGION.test(region ?? "") ? region : undefined,
    limit: lazy(() => deadline(AWS_MS)),
  };
  let unidentified: string | undefined;
  for (const source of sources) {
    const settled = isSettled(source, findings);
    const proof =
      options.prove || !settled
        ? await ask(`GetCallerIdentity (${source.name})`, () => prove(source, call))
        : undefined;
    if (proof !== undefined) findings.push(proof);
    // The account in a key id is an undocumented guess, which proof overrules instead of contradicting it.
    const { guess } = source;
    if (guess !== undefined && (proof === undefined || proof.value === guess.value)) findings.push(guess);
    if (!settled && proof === undefined && guess === undefined && accounts(source.findings).length === 0) {
      unidentified = source.name;
    }
  }

  // 4. What people call it: the maps, else the account's own mark.
  const account = decideAccount({ findings, unidentified }, { crossAccount: options.crossAccount ?? false });
  const namings = namingsOf(maps, account.value);
  const [first] = sources;
  if (namings.length === 0 && account.value !== undefined && account.trust !== "hint" && first !== undefined) {
    const mark = await ask(MARK_SOURCE, () => readMark(first, call));
    if (mark !== undefined) namings.push(mark);
  }
  return { findings, namings, unidentified, unanswered };
}

type Ask = <T>(source: string, asking: () => Promise<T>) => Promise<T | undefined>;

/** ECS's or EC2's metadata, whichever is the platform's; and nobody's where neither is likely. */
async function askPlatform(
  env: NodeJS.ProcessEnv,
  known: readonly Finding[],
  options: DetectOptions,
  ask: Ask,
): Promise<{ imds: Imds | undefined; metadata: readonly Finding[] }> {
  const limit = lazy(() => deadline(METADATA_MS));
  const taskUri = env["ECS_CONTAINER_METADATA_URI_V4"];
  if (taskUri) {
    return { imds: undefined, metadata: (await ask(ECS_METADATA, () => ecs(taskUri, limit()))) ?? [] };
  }
  const on = (platform: string): boolean =>
    known.some(({ about, value }) => about === "platform" && value === platform);
  // The machines under Lambda and CodeBuild belong to AWS's own accounts.
  const mayAsk = env["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() !== "true" && !on("lambda") && !on("codebuild");
  if (!mayAsk || !(on("ec2") || env["AWS_EC2_METADATA_SERVICE_ENDPOINT"])) return { imds: undefined, metadata: [] };
  const imds = await ask(IMDS, () => openImds(env, limit()));
  const verify = options.verifySignature ? { certificates: options.certificates ?? {} } : undefined;
  const metadata = imds && (await ask(IMDS, () => identityFindings(imds, verify)));
  if (metadata === undefined) return { imds: undefined, metadata: [] };
  // A pod that reaches its node's metadata sees the node's role: true of the account, but not its own identity.
  return { imds: on("eks") ? undefined : imds, metadata };
}

/** EC2's credentials of last resort, in play when nothing else is. */
function instanceRole(imds: Imds): CredentialSource {
  return {
    name: "the instance's role",
    findings: [],
    guess: undefined,
    ofTheMachine: true,
    load: () => instanceCredentials(imds),
  };
}

const accounts = (findings: readonly Finding[]): Finding[] => findings.filter(({ about }) => about === "account");

/** Whether the account of these credentials is known without asking STS. */
function isSettled({ findings: own, guess, ofTheMachine }: CredentialSource, findings: readonly Finding[]): boolean {
  if (accounts(own).some(({ trust }) => trust !== "hint")) return true;
  const machine = accounts(findings).find(({ side, trust }) => side === "machine" && trust !== "hint");
  return machine !== undefined && (ofTheMachine || guess?.value === machine.value);
}

/** What all calls of AWS have in common; the time starts to run with the first. */
interface CallSettings {
  readonly env: NodeJS.ProcessEnv;
  readonly region: string | undefined;
  readonly limit: () => Deadline;
}

async function prove(source: CredentialSource, { env, region, limit }: CallSettings): Promise<Finding> {
  const credentials = await within(source.load(limit()), limit());
  const { account } = await getCallerIdentity({ credentials, region, env, deadline: limit() });
  const from = `GetCallerIdentity (${source.name})`;
  return { about: "account", side: "credentials", source: from, value: account, trust: "proof" };
}

async function readMark(source: CredentialSource, { env, region, limit }: CallSettings): Promise<Naming> {
  if (region === undefined) throw new NoAnswerError("no region is set to ask in");
  const credentials = await within(source.load(limit()), limit());
  const text = await getParameter({ credentials, region, env, deadline: limit() }, MARK);
  return { source: MARK_SOURCE, trust: "proof", ...parseMark(text) };
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
