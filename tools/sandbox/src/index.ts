// Starts a local AWS for tests, the demo and benches: simulators behind a front that knows more of AWS's rules.
import { devNull } from "node:os";
import { Backend } from "./backend.ts";
import type { Faults } from "./faults.ts";
import { Front } from "./front.ts";
import { startMinistack } from "./ministack.ts";
import { startMoto } from "./moto.ts";
import { MANAGEMENT_KEY } from "./rules/access-keys.ts";
import { makeRules } from "./rules/index.ts";
import type { Simulator } from "./simulator.ts";

export { Refusal } from "./answer.ts";
export { everyFault } from "./every-fault.ts";
export type { CallPattern, Fault, FaultOptions, Faults, Script, ScriptedAnswer } from "./faults.ts";
export { killAt, type KillMoment } from "./kill-at.ts";
export { localhostNames } from "./localhost-names.ts";
export { installPacked, type PackedPackage } from "./packed-package.ts";
export { findPython } from "./python.ts";
export { runCommand, type Ran } from "./run-command.ts";
export type { AwsRequest } from "./request.ts";
export { startSource } from "./start-source.ts";

/** The account that runs the organization. */
export const MANAGEMENT_ACCOUNT = "111111111111";

const REGION = "eu-central-1";

/** What a sandbox can be told. */
export interface SandboxOptions {
  /** The port of the front. By default a free one. */
  readonly port?: number;
  /** Where the ids come from that moto gives out; the same seed gives the same ids. */
  readonly seed?: number;
  /** Start with an organization with all features, as a user has it. By default there is none. */
  readonly organization?: boolean;
  /** Start MiniStack too: CloudFormation stacks, and what stacks make. By default there are only moto's. */
  readonly stacks?: boolean;
  /** The poll that finds a created account done: 2 by default; 0 means at once. */
  readonly createAccountPolls?: number;
  /** How many account creations may be in progress. 5 by default. */
  readonly createAccountsAtOnce?: number;
  /** Whether accounts come with their paths, as on AWS. True by default; some partitions may not have them. */
  readonly accountPaths?: boolean;
}

/** A running sandbox. */
export interface Sandbox extends AsyncDisposable {
  readonly endpoint: string;
  /**
   * What to put into the environment of a client. It wins over a user's own AWS configuration, if it is laid over
   * the user's environment; an empty value means that the variable must not count.
   */
  readonly env: Readonly<Record<string, string>>;
  readonly faults: Faults;
  /** The calls since the start, a reset or {@link clearCalls}, as `service:Operation`, in order of arrival. */
  calls(): readonly string[];
  clearCalls(): void;
  /** Lets all sessions given out so far expire. */
  expireSessions(): void;
  /** Empties AWS and takes back all faults, as if just started. */
  reset(): Promise<void>;
  /** The last lines of the simulators' logs, with the traceback of a call that failed in one. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts a sandbox. Nothing of it outlives {@link Sandbox.stop}, nor this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    port = 0,
    seed = 1,
    organization = false,
    stacks = false,
    createAccountPolls = 2,
    createAccountsAtOnce = 5,
    accountPaths = true,
  } = options;
  const [moto, ministack] = await startBoth(stacks);
  const backend = new Backend({ moto: moto.port, ministack: ministack?.port }, MANAGEMENT_ACCOUNT);
  const freshRules = () =>
    makeRules(backend, MANAGEMENT_ACCOUNT, { polls: createAccountPolls, atOnce: createAccountsAtOnce, accountPaths });
  let ruleSet = freshRules();
  const front = new Front(backend, ruleSet);

  async function reset(): Promise<void> {
    front.faults.clear();
    await backend.reset(seed);
    if (organization) await backend.organizations("CreateOrganization", { FeatureSet: "ALL" });
    ruleSet = freshRules();
    front.replaceRules(ruleSet);
    front.clearCalls();
  }

  async function stopSimulators(): Promise<void> {
    backend.close();
    await Promise.all([moto.stop(), ministack?.stop()]);
  }
  async function stopAll(): Promise<void> {
    await front.close();
    await stopSimulators();
  }
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopAll());

  let endpoint: string;
  try {
    endpoint = `http://127.0.0.1:${String(await front.listen(port))}`;
    await reset();
  } catch (error) {
    await stopSimulators();
    throw error;
  }
  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3_CONTROL: endpoint.replace("127.0.0.1", "localhost"),
      AWS_ACCESS_KEY_ID: MANAGEMENT_KEY.id,
      AWS_SECRET_ACCESS_KEY: MANAGEMENT_KEY.secret,
      AWS_SESSION_TOKEN: "",
      AWS_PROFILE: "",
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
    },
    faults: front.faults,
    calls: () => front.calls,
    clearCalls: () => {
      front.clearCalls();
    },
    expireSessions: () => {
      ruleSet.keys.expireSessions();
    },
    reset,
    log: () => `${moto.log()}${ministack?.log() ?? ""}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function startBoth(stacks: boolean): Promise<[Simulator, Simulator | undefined]> {
  const started = await Promise.allSettled([startMoto(), stacks ? startMinistack() : undefined]);
  const [moto, ministack] = started;
  if (moto.status === "fulfilled" && ministack.status === "fulfilled") return [moto.value, ministack.value];
  for (const one of started) if (one.status === "fulfilled") await one.value?.stop();
  throw moto.status === "rejected" ? moto.reason : (ministack as PromiseRejectedResult).reason;
}
