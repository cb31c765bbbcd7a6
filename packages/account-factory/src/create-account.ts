/** Makes an account exist, once: whatever was cut off before, the truth about a creation comes from AWS alone. */

import type { Report } from "@bulkhead/core";
import { awsErrorName, isUnanswered } from "@bulkhead/credentials";
import {
  CreateAccountCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  ListCreateAccountStatusCommand,
  type CreateAccountStatus,
} from "@aws-sdk/client-organizations";
import { creationFailed, creationUnanswered } from "./errors.ts";
import type { OrganizationsApi } from "./organizations-api.ts";

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The role that AWS makes in it for the management account. */
  readonly accessRole: string;
}

/** How many creations AWS takes at once; more are refused (quotas of AWS Organizations). */
export const concurrentCreations = 5;

const firstPoll = 500;
const longestPoll = 10_000;

/** Creations that AWS knows of, under way and finished. */
export type Creations = () => Promise<readonly CreateAccountStatus[]>;

export function listCreations(api: OrganizationsApi): Promise<readonly CreateAccountStatus[]> {
  return api.readAll(
    (page) => new ListCreateAccountStatusCommand({ States: ["IN_PROGRESS", "SUCCEEDED"], ...page }),
    (answer) => answer.CreateAccountStatuses,
  );
}

export interface CreatedAccount {
  readonly id: string;
  /** Whether another run had begun it: then it may stand anywhere, with any tags. */
  readonly joined: boolean;
}

/**
 * Creates the account, or joins the creation that is under way, and waits for its end.
 * CreateAccount has no idempotency token: it is sent once, and after a lost answer it is looked for, never sent again.
 * @param creations those before this run's own
 * @returns the account; one that was not joined stands in the root, with all that CreateAccount was told
 * @throws Accounts.CreationFailed, Accounts.CreationUnanswered
 */
export async function createAccount(
  account: NewAccount,
  { api, report, creations }: { api: OrganizationsApi; report: Report; creations: Creations },
): Promise<CreatedAccount> {
  const underWay = await findCreation(account, await creations(), api);
  const started = underWay ?? (await startCreation(account, api, report));
  return { id: await awaitCreation(account, started, api), joined: underWay !== undefined };
}

/** The creation under way, or the finished one, of an account with this name and email. */
async function findCreation(
  { name, email }: Pick<NewAccount, "name" | "email">,
  creations: readonly CreateAccountStatus[],
  api: OrganizationsApi,
): Promise<CreateAccountStatus | undefined> {
  for (const status of creations.filter(({ AccountName }) => AccountName === name)) {
    // AWS tells the email only of accounts that exist. One under way by this name is awaited before anything is decided.
    const finished = status.State === "SUCCEEDED" ? status : await pollUntilFinished(name, status, api);
    if (finished.AccountId && (await hasEmail(finished.AccountId, email, api))) return finished;
  }
  return undefined;
}

async function hasEmail(id: string, email: string, api: OrganizationsApi): Promise<boolean> {
  try {
    const { Account: account } = await api.read(new DescribeAccountCommand({ AccountId: id }));
    return account?.Email?.toLowerCase() === email.toLowerCase();
  } catch (error) {
    if (awsErrorName(error) === "AccountNotFoundException") return false;
    throw error;
  }
}

async function startCreation(account: NewAccount, api: OrganizationsApi, report: Report): Promise<CreateAccountStatus> {
  const { name, email, tags, accessRole } = account;
  const command = new CreateAccountCommand({
    AccountName: name,
    Email: email,
    RoleName: accessRole,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  try {
    return (await api.writeOnce(command)).CreateAccountStatus ?? {};
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    report({ type: "warning", message: `${name}: the answer to its creation was lost; looking for it in AWS` });
    // The request takes a moment to show in the list.
    for (const pause of [1_000, 2_000, 4_000]) {
      await api.settle(pause, name, "looking for the creation whose answer was lost");
      const found = await findCreation(account, await listCreations(api), api);
      if (found) return found;
    }
    throw creationUnanswered(name, error);
  }
}

async function awaitCreation(
  { name, email }: NewAccount,
  started: CreateAccountStatus,
  api: OrganizationsApi,
): Promise<string> {
  const { AccountId: id, FailureReason: reason = "UNKNOWN" } = await pollUntilFinished(name, started, api);
  if (!id) throw creationFailed(name, email, reason);
  return id;
}

async function pollUntilFinished(
  name: string,
  started: CreateAccountStatus,
  api: OrganizationsApi,
): Promise<CreateAccountStatus> {
  let status = started;
  for (let pause = firstPoll; status.State === "IN_PROGRESS"; pause = Math.min(pause * 1.5, longestPoll)) {
    await api.settle(pause, name, "AWS is creating the account");
    const answer = await api.read(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: started.Id ?? "" }));
    status = answer.CreateAccountStatus ?? {};
  }
  return status;
}
