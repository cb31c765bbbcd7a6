/** CloudWatch alarms, looked at for all functions of a run together: one round serves all who wait. */

import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import type { DeployRun } from "../../run.ts";

/** By name: `OK`, `ALARM`, `INSUFFICIENT_DATA`. One that doesn't exist is missing. */
export type AlarmStates = ReadonlyMap<string, string>;

export interface AlarmWatch {
  /**
   * The states at the next round.
   * @param within milliseconds: the round comes no later
   * @param signal stops waiting, and rejects with its reason
   */
  look(names: readonly string[], within: number, signal: AbortSignal): Promise<AlarmStates>;
}

interface Waiting {
  readonly names: readonly string[];
  readonly due: number;
  readonly resolve: (states: AlarmStates) => void;
  readonly reject: (error: unknown) => void;
}

export function watchAlarms({ access, place }: Pick<DeployRun, "access" | "place">): AlarmWatch {
  return roundsOf((names) => describeAlarms(access.client(CloudWatchClient, place), names));
}

/** @param describe the states of some alarms, by as few calls as it takes */
export function roundsOf(describe: (names: readonly string[]) => Promise<AlarmStates>): AlarmWatch {
  const waiting = new Set<Waiting>();
  let timer: NodeJS.Timeout | undefined;

  const round = async (): Promise<void> => {
    const all = [...waiting];
    waiting.clear();
    try {
      const states = await describe([...new Set(all.flatMap(({ names }) => names))]);
      for (const { resolve } of all) resolve(states);
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  };
  const schedule = (): void => {
    clearTimeout(timer);
    if (waiting.size === 0) return;
    const next = Math.min(...[...waiting].map(({ due }) => due));
    timer = setTimeout(() => void round(), Math.max(0, next - Date.now()));
  };
  return {
    look: (names, within, signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(one);
          schedule();
          reject(signal.reason);
        };
        const free = (): void => signal.removeEventListener("abort", leave);
        const one: Waiting = {
          names,
          due: Date.now() + within,
          resolve: (states) => resolve((free(), states)),
          reject: (error) => reject((free(), error)),
        };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener("abort", leave, { once: true });
        waiting.add(one);
        schedule();
      }),
  };
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
const mostNames = 100;

async function describeAlarms(client: CloudWatchClient, names: readonly string[]): Promise<AlarmStates> {
  const states = new Map<string, string>();
  for (let from = 0; from < names.length; from += mostNames) {
    const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
      new DescribeAlarmsCommand({
        AlarmNames: names.slice(from, from + mostNames),
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
        MaxRecords: mostNames,
      }),
    );
    for (const { AlarmName, StateValue } of [...MetricAlarms, ...CompositeAlarms]) {
      if (AlarmName !== undefined) states.set(AlarmName, StateValue ?? "");
    }
  }
  return states;
}
