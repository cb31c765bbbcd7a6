/**
 * The lease: at most one run at a time writes to an account.
 *
 * It is a row of SSM parameters, `/bulkhead/lease/00000007`, of which the last one counts. Whoever wants the lease makes
 * the next parameter without overwriting; SSM lets exactly one succeed (PutParameter, ParameterAlreadyExists), so two
 * runs that both find the last lease expired can't both take it. The last parameter is never deleted, only marked as
 * released: a deleted one could be made a second time by a run that looked before.
 */

import type { Report } from "@bulkhead/core";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Access, Place } from "./access.ts";
import { awsErrorName, leaseHeld, leaseUnreadable } from "./errors.ts";

const folder = "/bulkhead/lease";
/** Milliseconds after the last renewal at which others may take over. */
const validity = 120_000;
const renewEvery = 30_000;
const lookEvery = 5_000;
const incarnation = randomUUID();

export interface LeaseOptions {
  /** Milliseconds to wait for another run to end; ten minutes by default. */
  readonly patience?: number;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface Lease {
  /** Aborted if the lease was lost to another run: nothing more may be written. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface Holder {
  readonly owner: string;
  readonly host: string;
  readonly pid: number;
  /** Tells this process from an earlier one of the same number, as containers have them. */
  readonly incarnation: string;
  /** Milliseconds since the epoch; 0 once released. */
  readonly until: number;
}

/**
 * Takes the lease of an account in its home region, after waiting for another run if need be. A holder of this machine whose process has died is not waited for.
 * @throws Credentials.LeaseHeld with who has it, Credentials.LeaseUnreadable
 */
export async function leaseAccount(access: Access, place: Place, options: LeaseOptions): Promise<Lease> {
  const { patience = 600_000, report, signal } = options;
  const ssm = await import("@aws-sdk/client-ssm");
  const client = access.client(ssm.SSMClient, place);
  const { arn: owner } = await access.identity();
  const me = (until: number): string =>
    JSON.stringify({ owner, host: hostname(), pid: process.pid, incarnation, until } satisfies Holder);
  const put = (number: number, value: string, overwrite: boolean) =>
    client.send(
      new ssm.PutParameterCommand({ Name: nameOf(number), Value: value, Type: "String", Overwrite: overwrite }),
    );

  const giveUpAt = Date.now() + patience;
  for (;;) {
    const rows = await readRows(client);
    const last = rows.at(-1);
    const number = (last?.number ?? 0) + 1;
    if (!last || isFree(last.holder)) {
      try {
        await put(number, me(Date.now() + validity), false);
      } catch (error) {
        // Somebody was faster: look again.
        if (awsErrorName(error) === "ParameterAlreadyExists") continue;
        throw error;
      }
      return hold(
        number,
        rows.map((row) => nameOf(row.number)),
      );
    }
    if (Date.now() >= giveUpAt) throw leaseHeld(last.holder.owner, last.holder.host, new Date(last.holder.until));
    report({ type: "waiting", subject: "lease", reason: `${last.holder.owner} on ${last.holder.host} is at work` });
    await sleep(lookEvery, undefined, { signal });
  }

  function hold(number: number, older: readonly string[]): Lease {
    const lost = new AbortController();
    const renewal = setInterval(() => {
      void renew().catch((error: unknown) => {
        report({ type: "warning", message: `the lease couldn't be renewed: ${String(error)}` });
      });
    }, renewEvery);
    renewal.unref();
    const renew = async (): Promise<void> => {
      const last = (await readRows(client)).at(-1);
      if (last?.number === number) await put(number, me(Date.now() + validity), true);
      else {
        clearInterval(renewal);
        report({ type: "warning", message: "another run has taken the lease: nothing more is written" });
        lost.abort();
      }
    };
    return {
      lost: lost.signal,
      release: async () => {
        clearInterval(renewal);
        if (lost.signal.aborted) return;
        try {
          await put(number, me(0), true);
          for (let start = 0; start < older.length; start += 10) {
            await client.send(new ssm.DeleteParametersCommand({ Names: older.slice(start, start + 10) }));
          }
        } catch (error) {
          // The work is done and must not look undone.
          report({
            type: "warning",
            message: `the lease couldn't be given back and runs out by itself: ${String(error)}`,
          });
        }
      },
    };
  }
}

function nameOf(number: number): string {
  return `${folder}/${String(number).padStart(8, "0")}`;
}

async function readRows(client: SSMClient): Promise<{ number: number; holder: Holder }[]> {
  const { GetParametersByPathCommand } = await import("@aws-sdk/client-ssm");
  const rows = [];
  for (let token: string | undefined; ;) {
    const answer = await client.send(
      new GetParametersByPathCommand({ Path: folder, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    for (const { Name = "", Value = "" } of answer.Parameters ?? []) {
      rows.push({ number: Number(Name.slice(folder.length + 1)), holder: parseHolder(Name, Value) });
    }
    token = answer.NextToken;
    if (!token) return rows.sort((a, b) => a.number - b.number);
  }
}

function parseHolder(name: string, value: string): Holder {
  try {
    return JSON.parse(value) as Holder;
  } catch (cause) {
    throw leaseUnreadable(name, cause);
  }
}

function isFree({ until, host, ...holder }: Holder): boolean {
  if (until < Date.now()) return true;
  if (host !== hostname()) return false;
  return holder.pid === process.pid ? holder.incarnation !== incarnation : !isAlive(holder.pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
