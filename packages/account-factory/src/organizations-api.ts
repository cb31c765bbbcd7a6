/** The calls to AWS Organizations: lists read to the end, writes one at a time, and waiting where AWS asks for it. */

import type { Report } from "@bulkhead/core";
import {
  awsErrorName,
  growingPauses,
  outwait,
  readAll,
  readPages,
  wait,
  type Access,
  type PageToken,
} from "@bulkhead/credentials";
import {
  OrganizationsClient,
  type Account,
  type OrganizationsClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-organizations";
import type { Command } from "@smithy/types";
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

/** How Organizations cuts its lists. */
type Paged = PageToken<"NextToken">;

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
const patience = { first: 500, longest: 30_000, total: 60 * 60_000 };

export function createOrganizationsApi(options: OrganizationsApiOptions): OrganizationsApi {
  const { access, region, report, interrupted, lost } = options;
  const place = { account: options.managementAccountId, region };
  const client = access.client(OrganizationsClient, place);
  const oneTryClient = access.client(OrganizationsClient, place, 1);
  const oneAtATime = pLimit(1);
  const either = AbortSignal.any([interrupted, lost]);

  const tell = (subject: string, reason: string): void => report({ type: "waiting", subject, reason });
  const patiently = <T>(send: () => Promise<T>, stop: AbortSignal): Promise<T> => {
    const sendUnlessStopped = async (): Promise<T> => {
      stop.throwIfAborted();
      return send();
    };
    return outwait(sendUnlessStopped, {
      reasonToWait: (error) => passing.get(refusalOf(error)),
      pauses: growingPauses(patience),
      tell: (reason) => tell("AWS Organizations", reason),
      signal: either,
    });
  };

  return {
    read: (command) => client.send(command),
    readAll: (command, items) =>
      readAll(
        readPages("NextToken", (page) => client.send(command(page))),
        items,
      ),
    write: (command) => oneAtATime(() => patiently(() => client.send(command), lost)),
    writeOnce: (command) => patiently(() => oneTryClient.send(command), either),
    settle: async (milliseconds, subject, reason) => {
      tell(subject, reason);
      await wait(milliseconds, lost);
    },
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
