/** The calls to AWS Organizations: lists read to the end, writes one at a time, and waiting where AWS asks for it. */

import type { Report } from "@bulkhead/core";
import { awsErrorName, type Access } from "@bulkhead/credentials";
import {
  OrganizationsClient,
  type Account,
  type OrganizationsClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-organizations";
import type { Command } from "@smithy/types";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { AccountState } from "./model.ts";

type OrganizationsCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = Command<
  ServiceInputTypes,
  I,
  ServiceOutputTypes,
  O,
  OrganizationsClientResolvedConfig
>;

export interface OrganizationsApi {
  read<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: OrganizationsCommand<I, O>): Promise<O>;
  /**
   * The pages of a list, one after the other. An empty page can carry a token, and only a page without one is the last
   * (Organizations API Reference, “ListAccounts”).
   */
  pages<I extends ServiceInputTypes & Paged, O extends ServiceOutputTypes & Paged>(
    command: (page: Paged) => OrganizationsCommand<I, O>,
  ): AsyncGenerator<O>;
  /** All items of a list. */
  readAll<I extends ServiceInputTypes & Paged, O extends ServiceOutputTypes & Paged, T>(
    command: (page: Paged) => OrganizationsCommand<I, O>,
    items: (answer: O) => readonly T[] | undefined,
  ): Promise<T[]>;
  /** A write: never beside another one, since they conflict; waits out what AWS says will pass. */
  write<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: OrganizationsCommand<I, O>): Promise<O>;
  /** A write that must never be sent twice: a lost answer is an error. Not begun any more after Ctrl-C. */
  writeOnce<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: OrganizationsCommand<I, O>): Promise<O>;
  /** Waits for the end of what AWS has begun, also after Ctrl-C, and says why. */
  settle(milliseconds: number, subject: string, reason: string): Promise<void>;
}

interface Paged {
  readonly NextToken?: string | undefined;
}

export interface OrganizationsApiOptions {
  readonly access: Access;
  readonly managementAccountId: string;
  /** Organizations is a global service; this is the region that signs and answers. */
  readonly region: string;
  readonly report: Report;
  /** Ctrl-C: nothing new is begun, what is in flight is settled. */
  readonly interrupted: AbortSignal;
  /** The lease is lost: nothing more is written at all. */
  readonly lost: AbortSignal;
}

/** Refusals that pass by themselves; nothing was done when AWS gives one. */
const passing = new Map([
  ["ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED", "AWS is creating as many accounts as it takes at once"],
  ["ConcurrentModificationException", "AWS is still busy with another change to the organization"],
  ["FinalizingOrganizationException", "AWS is still setting up the organization, which can take up to an hour"],
  ["TooManyRequestsException", "AWS asks for fewer calls"],
]);
const longestPause = 30_000;
const patience = 60 * 60_000;

export function createOrganizationsApi(options: OrganizationsApiOptions): OrganizationsApi {
  const { access, region, report, interrupted, lost } = options;
  const place = { account: options.managementAccountId, region };
  const client = access.client(OrganizationsClient, place);
  const oneTryClient = access.client(OrganizationsClient, place, 1);
  const oneAtATime = pLimit(1);
  const either = AbortSignal.any([interrupted, lost]);

  const pages: OrganizationsApi["pages"] = async function* (command) {
    for (let token: string | undefined; ;) {
      const answer = await client.send(command(token === undefined ? {} : { NextToken: token }));
      yield answer;
      token = answer.NextToken;
      if (!token) return;
    }
  };
  const wait = async (milliseconds: number, subject: string, reason: string, signal: AbortSignal): Promise<void> => {
    report({ type: "waiting", subject, reason });
    await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  };
  const outwait = async <T>(send: () => Promise<T>, stop: AbortSignal): Promise<T> => {
    for (let pause = 500, waited = 0; ; waited += pause, pause = Math.min(pause * 2, longestPause)) {
      stop.throwIfAborted();
      try {
        return await send();
      } catch (error) {
        const reason = passing.get(refusalOf(error));
        if (reason === undefined || waited > patience) throw error;
        await wait(pause, "AWS Organizations", reason, either);
      }
    }
  };

  return {
    read: (command) => client.send(command),
    pages,
    readAll: async (command, items) => {
      const all = [];
      for await (const answer of pages(command)) all.push(...(items(answer) ?? []));
      return all;
    },
    write: (command) => oneAtATime(() => outwait(() => client.send(command), lost)),
    writeOnce: (command) => outwait(() => oneTryClient.send(command), either),
    settle: (milliseconds, subject, reason) => wait(milliseconds, subject, reason, lost),
  };
}

/** What AWS refuses a call for: the exception, or its reason where the exception alone says little. */
function refusalOf(error: unknown): string {
  const name = awsErrorName(error) ?? "";
  const reason = error instanceof Error ? (error.cause as { Reason?: string } | undefined)?.Reason : undefined;
  return name === "ConstraintViolationException" ? (reason ?? name) : name;
}

/** `State`, or what `Status` says where an endpoint doesn't know `State` yet. */
export function stateOf(account: Account): AccountState {
  return (account.State ?? account.Status ?? "ACTIVE") as AccountState;
}
