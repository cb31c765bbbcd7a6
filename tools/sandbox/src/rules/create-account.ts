// Account creation takes its time, and fails as AWS fails: moto creates at once, whatever the email.
//
// moto gets the call only when the creation succeeds. Until then the account exists nowhere: not in lists, not for
// AssumeRole. What passes is counted in polls, not in seconds, so that tests are exact and quick.
import { jsonAnswer } from "../answer.ts";
import type { Backend } from "../backend.ts";
import type { Fields } from "../request.ts";
import { pageOf } from "./paging.ts";
import { oneAtATime, organizations, refuse } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** How account creation behaves. */
export interface CreateAccountSettings {
  /** The poll that finds a creation done. 0: done at once, for tests that only need accounts. */
  readonly polls: number;
  /** How many may be in progress at a time. */
  readonly atOnce: number;
}

interface Creation {
  readonly id: string;
  readonly input: Fields;
  readonly requested: number;
  readonly failure: string | undefined;
  pollsLeft: number;
  state: "IN_PROGRESS" | "SUCCEEDED" | "FAILED";
  accountId?: string;
  completed?: number;
}

/** CreateAccount is asynchronous; DescribeCreateAccountStatus and ListCreateAccountStatus follow it. */
export function createAccount(backend: Backend, settings: CreateAccountSettings): Rule {
  const creations: Creation[] = [];
  const exclusively = oneAtATime();

  async function create(input: Fields): Promise<Creation> {
    const { Accounts } = await backend.organizations("ListAccounts", { MaxResults: 1_000_000 });
    const inProgress = creations.filter(({ state }) => state === "IN_PROGRESS");
    if (inProgress.length >= settings.atOnce) {
      const message = "You have exceeded the number of accounts that can be in progress at a time.";
      throw refuse("ConstraintViolationException", message, "ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED");
    }
    const creation: Creation = {
      id: `car-${String(creations.length + 1).padStart(32, "0")}`,
      input,
      requested: Date.now() / 1000,
      failure: whyItFails(input, inProgress, Accounts as Fields[]),
      pollsLeft: settings.polls,
      state: "IN_PROGRESS",
    };
    creations.push(creation);
    if (settings.polls === 0) await finish(creation);
    return creation;
  }

  async function poll(creation: Creation): Promise<void> {
    if (creation.state !== "IN_PROGRESS") return;
    creation.pollsLeft -= 1;
    if (creation.pollsLeft <= 0) await finish(creation);
  }

  async function finish(creation: Creation): Promise<void> {
    if (creation.failure === undefined) {
      const { CreateAccountStatus } = await backend.organizations("CreateAccount", creation.input);
      creation.accountId = String((CreateAccountStatus as Fields)["AccountId"]);
    }
    creation.state = creation.failure === undefined ? "SUCCEEDED" : "FAILED";
    creation.completed = Date.now() / 1000;
  }

  return {
    name: "CreateAccount is asynchronous, at most 5 at once, and uses an email once",
    page: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html",
    operations: organizations("CreateAccount", "DescribeCreateAccountStatus", "ListCreateAccountStatus"),
    handle(call) {
      const { operation, input } = call.request;
      return exclusively(async () => {
        if (operation === "CreateAccount") return jsonAnswer({ CreateAccountStatus: describe(await create(input)) });
        if (operation === "DescribeCreateAccountStatus") {
          const creation = creations.find(({ id }) => id === input["CreateAccountRequestId"]);
          if (creation === undefined) {
            const message =
              "We can't find a create account request with the CreateAccountRequestId that you specified.";
            throw refuse("CreateAccountStatusNotFoundException", message);
          }
          await poll(creation);
          return jsonAnswer({ CreateAccountStatus: describe(creation) });
        }
        if (input["NextToken"] === undefined) for (const creation of creations) await poll(creation);
        const states = input["States"] as string[] | undefined;
        const asked = creations.filter(({ state }) => states === undefined || states.includes(state));
        return pageOf(input, "CreateAccountStatuses", asked.map(describe));
      });
    },
  };
}

function whyItFails(input: Fields, inProgress: readonly Creation[], accounts: readonly Fields[]): string | undefined {
  const email = String(input["Email"]).toLowerCase();
  const rivals = inProgress.filter((other) => String(other.input["Email"]).toLowerCase() === email);
  if (rivals.some((other) => other.input["AccountName"] === input["AccountName"]))
    return "CONCURRENT_ACCOUNT_MODIFICATION";
  const taken = rivals.length > 0 || accounts.some((account) => String(account["Email"]).toLowerCase() === email);
  return taken ? "EMAIL_ALREADY_EXISTS" : undefined;
}

function describe(creation: Creation): Fields {
  return {
    Id: creation.id,
    AccountName: creation.input["AccountName"],
    State: creation.state,
    RequestedTimestamp: creation.requested,
    CompletedTimestamp: creation.completed,
    AccountId: creation.accountId,
    FailureReason: creation.state === "FAILED" ? creation.failure : undefined,
  };
}
