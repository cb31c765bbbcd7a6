/** How soon a change in the directory counts on a host: somebody is disabled and enabled, and their key tried until it tells. */

import { useSshdPart } from "../../../packages/ssh-keys/src/testing/bulkhead.ts";
import type { Key, TestHost } from "../../../packages/ssh-keys/src/testing/host.ts";
import type { HostLdap } from "../../../packages/ssh-keys/src/testing/host-ldap.ts";
import { wanted, type Row } from "./bench-case.ts";
import { median } from "./measure.ts";

/** Somebody of the test host's directory. */
export interface Somebody {
  readonly uid: string;
  readonly key: Key;
}

const everyday = 2_000;

/** @param rounds how often each way, while the daemon follows */
export async function changeRows(
  host: TestHost,
  ldap: HostLdap,
  { uid, key }: Somebody,
  rounds: number,
): Promise<readonly Row[]> {
  await useSshdPart(host);
  const until = async (comesIn: boolean): Promise<number> => {
    const started = performance.now();
    while (((await host.ssh(uid, key)).code === 0) !== comesIn) continue;
    return performance.now() - started;
  };
  await until(true);
  const [allowed, refused]: [number[], number[]] = [[], []];
  while (allowed.length < rounds) {
    await ldap.disable(uid);
    refused.push(await until(false));
    await ldap.enable(uid);
    allowed.push(await until(true));
  }
  return [
    ...rowsOf("enabled in the directory → login allowed", allowed),
    ...rowsOf("disabled in the directory → login refused", refused),
  ];
}

function rowsOf(what: string, times: readonly number[]): readonly Row[] {
  const p99 = percentile(times, 99);
  return [
    { what: `${what}: median of ${times.length}`, unit: "ms", ours: median(times) },
    { what: `${what}: p99`, unit: "ms", ours: p99, wanted: wanted("< 2 s", p99, (it) => it < everyday) },
  ];
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}
