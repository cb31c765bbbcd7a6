/** Functions and layers as they are declared: by the deploy file for an environment, or by flags alone. */

import type { Where } from "@bulkhead/core";
import { pathBeside, type Path } from "@bulkhead/landing-zone";
import { statSync } from "node:fs";
import { basename, extname } from "node:path";
import { declaredList, declaredMap, fill, merged, type Declared } from "../deploy-file/declared.ts";
import type { DeployFile } from "../deploy-file/load.ts";
import { aliasPattern } from "../deploy-file/schema-lambda.ts";
import type { FunctionInput, FunctionSettings, SingleInput } from "../deploy-file/schema.ts";
import { badName, invalid } from "../errors.ts";
import { codeMissing } from "./bundle/errors.ts";
import type { FunctionDeclaration, LayerDeclaration } from "./model.ts";
import type { TargetFlags } from "../target-flags.ts";
import type { CodeDeclaration } from "./bundle/model.ts";

export interface FunctionPlace {
  readonly application: string;
  readonly environment: string;
  /** Of all functions here. */
  readonly tags: ReadonlyMap<string, Declared<SingleInput>>;
}

const defaultName = "{application}-{environment}-{function}";
const defaultLayerName = "{application}-{environment}-{layer}";

/** @throws DeployFile.Invalid, .UnknownName */
export function declareFunctions(deployFile: DeployFile, place: FunctionPlace): readonly FunctionDeclaration[] {
  const { content, file } = deployFile;
  const { environment } = place;
  const functions = Object.keys(content.lambda?.functions ?? {}).map((key) => declareFunction(deployFile, key, place));
  const twice = functions.find(({ name }, index) => functions.findIndex((other) => other.name === name) < index);
  if (twice) {
    throw invalid(`Another function of ${environment} has the name ${twice.name}, too`, twice.where ?? { file });
  }
  return functions;
}

function declareFunction(deployFile: DeployFile, key: string, place: FunctionPlace): FunctionDeclaration {
  const { content, at, atKey, file } = deployFile;
  const { application, environment } = place;
  const path: Path = ["lambda", "functions", key];
  const { environments, ...common }: FunctionInput = content.lambda?.functions[key] ?? {};
  const override: FunctionSettings = environments?.[environment] ?? {};
  const special: Path = [...path, "environments", environment];
  const settings: FunctionSettings = { ...common, ...override };
  // The place of a setting: in the environment's own settings, if it is there.
  const pathOf = (name: keyof FunctionSettings): Path => [...(override[name] === undefined ? path : special), name];
  const where = atKey(path);
  const declared = <T>(name: keyof FunctionSettings, input: T): Declared<T> => ({ input, where: at(pathOf(name)) });
  const { role, vpc, ping, traffic, events, permissions } = settings;
  const missing = (["runtime", "role"] as const).find((name) => settings[name] === undefined);
  if (missing !== undefined || role === undefined) {
    throw invalid(`Function ${key} has no ${missing ?? "role"} in ${environment}`, where);
  }
  // An environment's own code takes the place of all that is declared for every environment.
  const source = codeOf(override) ? override : settings;
  const kind = (["entry", "folder", "zip"] as const).find((one) => source[one] !== undefined);
  const code = codeDeclaration(key, environment, source, settings, file, kind ? at(pathOf(kind)) : where);
  const name = fill(settings.name ?? defaultName, { application, environment, function: key }, where);
  if (name.length > 64) throw invalid(`The name ${name} is longer than Lambda's 64 characters`, where);
  return {
    key,
    name,
    isWhole: true,
    code,
    ...configured(settings, code, where),
    role: declared("role", role),
    environment: merged([
      declaredMap(common.environment, [...path, "environment"], at),
      declaredMap(override.environment, [...special, "environment"], at),
    ]),
    tags: merged([
      place.tags,
      declaredMap(common.tags, [...path, "tags"], at),
      declaredMap(override.tags, [...special, "tags"], at),
    ]),
    vpc: vpc && {
      subnets: declaredList(vpc.subnets, [...pathOf("vpc"), "subnets"], at),
      securityGroups: declaredList(vpc.securityGroups, [...pathOf("vpc"), "securityGroups"], at),
    },
    layers: declaredList(settings.layers, pathOf("layers"), at),
    permissions: (permissions ?? []).map(({ principal, sourceArn, sourceAccount }, index) => ({
      principal,
      sourceArn:
        sourceArn === undefined
          ? undefined
          : { input: sourceArn, where: at([...pathOf("permissions"), index, "sourceArn"]) },
      sourceAccount,
    })),
    ping:
      ping === undefined || ping === false
        ? undefined
        : {
            payload: (ping === true ? undefined : ping.payload) ?? {},
            expect: ping === true ? undefined : ping.expect,
          },
    traffic: traffic && {
      steps: traffic.steps,
      waitSeconds: traffic.waitSeconds ?? 60,
      alarms: traffic.alarms ?? [],
    },
    events: declaredList(events, pathOf("events"), at),
    url: settings.url && { auth: settings.url.auth, cors: settings.url.cors },
    hooks: settings.hooks ?? {},
    where,
  };
}

/** What is plain of a function's settings, with Lambda's own defaults. */
function configured(settings: FunctionSettings, code: CodeDeclaration, where: Where | undefined) {
  const { runtime = "", handler = defaultHandler(code) } = settings;
  if (handler === undefined)
    throw invalid("A function that isn't bundled from an entry needs a handler", where ?? { file: "" });
  return {
    runtime,
    handler,
    memory: settings.memory ?? 128,
    timeout: settings.timeout ?? 3,
    architecture: settings.architecture ?? "x86_64",
    ephemeralStorage: settings.ephemeralStorage ?? 512,
    tracing: settings.tracing ?? "PassThrough",
    description: settings.description ?? "",
    snapStart: settings.snapStart ?? false,
    logRetentionDays: settings.logRetentionDays,
    reservedConcurrency: settings.reservedConcurrency,
    provisionedConcurrency: settings.provisionedConcurrency,
    alias: settings.alias ?? "live",
    keepVersions: settings.keepVersions ?? 5,
  } as const;
}

function codeOf({ entry, folder, zip }: FunctionSettings): boolean {
  return entry !== undefined || folder !== undefined || zip !== undefined;
}

function codeDeclaration(
  key: string,
  environment: string,
  { entry, folder, zip }: FunctionSettings,
  { sourceMap = false, external = [] }: FunctionSettings,
  file: string,
  where: Where,
): CodeDeclaration {
  const kinds = [entry, folder, zip].filter((path) => path !== undefined);
  if (kinds.length !== 1) {
    throw invalid(`Function ${key} must have one of entry, folder and zip in ${environment}`, where);
  }
  const path = pathBeside(file, kinds[0] ?? "");
  if (entry !== undefined) return { kind: "entry", path, sourceMap, external, where };
  return { kind: folder === undefined ? "zip" : "folder", path, where };
}

/** An entry is invoked by its export `handler`; Lambda takes what follows a first dot for the export's name. */
function defaultHandler({ kind, path }: CodeDeclaration): string | undefined {
  return kind === "entry" ? `${basename(path).split(".")[0] ?? ""}.handler` : undefined;
}

/** @throws DeployFile.UnknownName */
export function declareLayers(
  { content, at, atKey, file }: DeployFile,
  { application, environment }: FunctionPlace,
): readonly LayerDeclaration[] {
  return Object.entries(content.lambda?.layers ?? {}).map(([key, layer]) => {
    const path: Path = ["lambda", "layers", key];
    const where = atKey(path);
    const name = fill(layer.name ?? defaultLayerName, { application, environment, layer: key }, where);
    if (name.length > 140) throw invalid(`The name ${name} is longer than Lambda's 140 characters`, where);
    return {
      key,
      name,
      code: {
        path: pathBeside(file, layer.folder),
        runtimes: layer.runtimes ?? [],
        where: at([...path, "folder"]),
      },
      architectures: layer.architectures ?? [],
    };
  });
}

/**
 * The one function that flags declare, or none.
 * @throws Bundle.Missing, Deploy.BadName
 */
export function functionFromFlags(flags: TargetFlags): readonly FunctionDeclaration[] {
  const { function: name, code: path, runtime = "", handler, role = "", alias } = flags;
  if (name === undefined) return [];
  // Lambda takes ARNs and qualifiers for names, too; then it would be about another version than is meant.
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw badName("function", name, "the function's name alone");
  if (alias !== undefined && !aliasPattern.test(alias))
    throw badName("alias", alias, "an alias's name, and no version");
  // Verbs that read nothing of the code don't need it.
  const code: CodeDeclaration = path === undefined ? { kind: "folder", path: "", where: undefined } : codeAt(path);
  const settings: FunctionSettings = {
    runtime,
    handler: handler ?? (path === undefined ? "" : undefined),
    ...(alias === undefined ? {} : { alias }),
  };
  return [
    {
      key: name,
      name,
      isWhole: false,
      code,
      ...configured(settings, code, undefined),
      role: { input: role },
      environment: new Map(),
      tags: new Map(),
      vpc: undefined,
      layers: [],
      permissions: [],
      ping: undefined,
      traffic: undefined,
      events: [],
      url: undefined,
      hooks: {},
      where: undefined,
    },
  ];
}

function codeAt(path: string): CodeDeclaration {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw codeMissing(path, undefined);
  if (found.isDirectory()) return { kind: "folder", path, where: undefined };
  if (extname(path) === ".zip") return { kind: "zip", path, where: undefined };
  return { kind: "entry", path, sourceMap: false, external: [], where: undefined };
}
