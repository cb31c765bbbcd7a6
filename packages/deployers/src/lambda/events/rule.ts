/** EventBridge rules: what schedules and patterns have in common. */

import { canonicalJson, type Json } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type DescribeRuleCommandOutput,
} from "@aws-sdk/client-eventbridge";
import { targetRefused } from "./errors.ts";
import { parseArn } from "./source.ts";
import type { FoundWiring, Reading, Settings, Wiring, WiringStep } from "./model.ts";
import { ruleName, rulePrefix } from "./names.ts";
import { permissionOf } from "./permission.ts";
import type { Site } from "./site.ts";

const principal = "events.amazonaws.com";
/** The id of our target in a rule of ours. */
const targetId = "bulkhead";
const defaultBus = "default";

/** What both kinds declare. */
interface RuleInput {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly input?: Json | undefined;
  readonly enabled?: boolean | undefined;
}

/** @param trigger `ScheduleExpression` or `EventPattern` */
export function desiredRule(
  kind: "schedule" | "pattern",
  site: Site,
  { name, description, input, enabled }: RuleInput,
  trigger: Settings,
  bus = defaultBus,
): Wiring {
  const { partition, run } = site;
  const rule = ruleName(site, name === undefined ? [bus, { ...trigger }] : [kind, bus, name]);
  const path = bus === defaultBus ? rule : `${bus}/${rule}`;
  const arn = `arn:${partition}:events:${run.place.region}:${run.place.account}:rule/${path}`;
  const settings = {
    ...trigger,
    State: (enabled ?? true) ? "ENABLED" : "DISABLED",
    Description: description ?? "",
    Input: input ?? null,
    Target: site.aliasArn,
  };
  return { kind, id: arn, source: sourceOf(settings, arn), settings, permission: permissionOf(site, principal, arn) };
}

/** What a person knows a rule by. */
function sourceOf({ ScheduleExpression, EventPattern }: Settings, arn: string): string {
  if (typeof ScheduleExpression === "string") return ScheduleExpression;
  return EventPattern === undefined || EventPattern === null ? arn : canonicalJson(EventPattern);
}

interface RuleId {
  readonly Name: string;
  readonly EventBusName: string;
}

function ruleId(arn: string): RuleId {
  const [, ...path] = (parseArn(arn)?.resource ?? "").split("/");
  const Name = path.pop() ?? "";
  return { Name, EventBusName: path.join("/") || defaultBus };
}

/** @param arns rules' */
export async function readRules(site: Site, arns: ReadonlySet<string>): Promise<Reading> {
  const ours = [...arns].filter((arn) => ruleId(arn).Name.startsWith(rulePrefix(site)));
  const found = await Promise.all(ours.map((arn) => readRule(site, arn)));
  return { wirings: found.flat(), unmanaged: [] };
}

async function readRule(site: Site, arn: string): Promise<readonly FoundWiring[]> {
  const client = site.run.access.client(EventBridgeClient, site.run.place);
  const { Name, EventBusName } = ruleId(arn);
  try {
    const rule = await client.send(new DescribeRuleCommand({ Name, EventBusName }));
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName }));
    const target = Targets.find(({ Id }) => Id === targetId);
    const settings = { ...ruleSettings(rule), Input: parsed(target?.Input), Target: target?.Arn ?? null };
    return [
      {
        kind: rule.ScheduleExpression ? "schedule" : "pattern",
        id: arn,
        source: sourceOf(settings, arn),
        settings,
        // Others may have put targets of their own into it: then only ours goes.
        handle: Targets.some(({ Id }) => Id !== targetId) ? "shared" : undefined,
        sid: permissionOf(site, principal, arn).sid,
      },
    ];
  } catch (error) {
    if (awsErrorName(error) === "ResourceNotFoundException") return [];
    throw error;
  }
}

function ruleSettings({ ScheduleExpression, EventPattern, State, Description }: DescribeRuleCommandOutput): Settings {
  return {
    ...(ScheduleExpression ? { ScheduleExpression } : { EventPattern: parsed(EventPattern) }),
    State: State ?? null,
    Description: Description ?? "",
  };
}

function parsed(text: string | undefined): Json {
  return text ? (JSON.parse(text) as Json) : null;
}

export async function writeRule(site: Site, { wanted, found, change }: WiringStep): Promise<void> {
  const { run, aliasArn } = site;
  const client = run.access.client(EventBridgeClient, run.place);
  const { Name, EventBusName } = ruleId(change.id);
  if (wanted === undefined) {
    await client.send(new RemoveTargetsCommand({ Rule: Name, EventBusName, Ids: [targetId] }));
    if (found?.handle !== "shared") await client.send(new DeleteRuleCommand({ Name, EventBusName }));
    return;
  }
  const { ScheduleExpression, EventPattern, State, Description, Input } = wanted.settings as {
    readonly ScheduleExpression?: string;
    readonly EventPattern?: Json;
    readonly State: "ENABLED" | "DISABLED";
    readonly Description: string;
    readonly Input: Json;
  };
  await client.send(
    new PutRuleCommand({
      Name,
      EventBusName,
      ...(EventPattern === undefined ? { ScheduleExpression } : { EventPattern: JSON.stringify(EventPattern) }),
      State,
      Description,
    }),
  );
  const target = { Id: targetId, Arn: aliasArn, ...(Input === null ? {} : { Input: JSON.stringify(Input) }) };
  const put = await client.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [target] }));
  const [failed] = put.FailedEntries ?? [];
  if (failed) throw targetRefused(change.source, failed.ErrorMessage ?? failed.ErrorCode ?? "");
}
