/** The accounts against the sandbox, through the commands: the law, the count of calls, drift, saved plans, bad input. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  ListAccountsCommand,
  ListParentsCommand,
  ListRootsCommand,
  MoveAccountCommand,
  EnableAWSServiceAccessCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-organizations";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { landingZone, openEstate, policy, type Estate } from "./testing/estate.ts";

let estate: Estate;
beforeAll(async () => {
  estate = await openEstate(landingZone(["one", "two", "three"]), { createAccountPolls: 1 });
});
afterAll(async () => estate[Symbol.asyncDispose]());
beforeEach(async () => {
  await estate.sandbox.reset();
  await estate.write(landingZone(["one", "two", "three"]));
});

const idOf = async (name: string): Promise<string> => {
  const { Accounts = [] } = await estate.byHand.send(new ListAccountsCommand({}));
  return Accounts.find((account) => account.Name === name)?.Id ?? "";
};
const apply = () => estate.run("apply", "--yes");
const writes = (): string[] =>
  estate.sandbox.calls().filter((call) => /:(Create|Attach|Detach|Enable|Move|Tag|Update|Put)/.test(call));
const creations = (): number => estate.sandbox.calls().filter((call) => call === "organizations:CreateAccount").length;

describe("plan, apply, plan", () => {
  it("makes an organization from nothing, and then finds nothing to do", async () => {
    const planned = await estate.run("plan", "--detailed-exitcode");
    expect(planned.exitCode).toBe(2);
    expect(planned.stdout).toContain("+ create the organization with all features");
    expect(planned.stdout).toMatch(/Plan: 8 to create\. About \d+ calls, \d+ min\./);
    expect(writes()).toEqual([]);

    const applied = await apply();
    expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Applied: 8 changed.") });
    const again = await estate.run("plan", "--detailed-exitcode");
    expect(again).toMatchObject({ exitCode: 0, stdout: "Nothing to do: AWS is as the file says.\n" });
    expect(creations()).toBe(3);
    const lock = JSON.parse(await readFile(join(estate.folder, "bulkhead.lock.json"), "utf8"));
    expect(lock.accounts.one.id).toBe(await idOf("one"));
  });

  it("shows an account that was moved by hand with its fields, and puts it back", async () => {
    await apply();
    const id = await idOf("two");
    const { Parents = [] } = await estate.byHand.send(new ListParentsCommand({ ChildId: id }));
    const { Roots = [] } = await estate.byHand.send(new ListRootsCommand({}));
    await estate.byHand.send(
      new MoveAccountCommand({ AccountId: id, SourceParentId: Parents[0]!.Id, DestinationParentId: Roots[0]!.Id }),
    );
    await estate.byHand.send(new UntagResourceCommand({ ResourceId: id, TagKeys: ["bulkhead:account"] }));

    const { stdout } = await estate.run("plan");
    expect(stdout).toContain("~ move account two from Root to Apps/Web, tag account two");
    expect(stdout).toContain('organizationalUnit: "Root" → "Apps/Web"');
    expect(stdout).toContain('tags.bulkhead:account: (none) → "two"');
    expect((await apply()).exitCode).toBe(0);
    expect((await estate.run("plan")).stdout).toContain("Nothing to do");
  });

  it("renames an account in place", async () => {
    await apply();
    await estate.byHand.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: "account.amazonaws.com" }));
    const id = await idOf("three");
    const renamed = landingZone(
      ["one", "two"],
      "  third: { organizationalUnit: Apps/Web, previously: three, email: aws+three@example.com }\n",
    );
    await estate.write(renamed);
    expect((await estate.run("plan")).stdout).toContain("~ rename account three to third, tag account third");
    expect((await apply()).exitCode).toBe(0);
    expect(await idOf("third")).toBe(id);
    expect(creations()).toBe(3);
    // The sentence about the past may stay in the file.
    expect((await estate.run("plan")).stdout).toContain("Nothing to do");
  });

  it("says how to allow a rename that AWS refuses", async () => {
    await apply();
    await estate.write(
      landingZone(
        ["one", "two"],
        "  third: { organizationalUnit: Apps/Web, previously: three, email: aws+three@example.com }\n",
      ),
    );
    const refused = await apply();
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain("enable-aws-service-access --service-principal account.amazonaws.com");
  });

  it("updates a policy, and detaches it where the file no longer has it", async () => {
    await apply();
    await writeFile(join(estate.folder, "guard.json"), JSON.stringify(policy("account:CloseAccount")));
    await estate.write(landingZone(["one", "two", "three"]).replace("{ serviceControlPolicies: [guard] }", "{}"));
    const { stdout } = await estate.run("plan");
    await writeFile(join(estate.folder, "guard.json"), JSON.stringify(policy("account:CloseAccount")));
    expect(stdout).toContain('content.Statement[0].Action: "organizations:LeaveOrganization" → "account:CloseAccount"');
    expect(stdout).toContain("- detach guard from Apps");
    expect((await apply()).stdout).toContain("Applied: 2 changed.");
    expect((await estate.run("plan")).stdout).toContain("Nothing to do");
    await writeFile(join(estate.folder, "guard.json"), JSON.stringify(policy("organizations:LeaveOrganization")));
  });

  it("takes over an account that exists by its email, and never creates it again", async () => {
    await apply();
    await estate.byHand.send(
      new UntagResourceCommand({ ResourceId: await idOf("one"), TagKeys: ["bulkhead:account"] }),
    );
    expect((await apply()).stdout).toContain("Applied: 1 changed.");
    expect(creations()).toBe(3);
  });
});

describe("calls", () => {
  const count = async (...argv: string[]): Promise<number> => {
    estate.sandbox.clearCalls();
    expect((await estate.run(...argv)).exitCode).toBe(0);
    return estate.sandbox.calls().length;
  };

  it("of a plan without changes are at most N + 20 + 2 for each policy", async () => {
    await apply();
    expect(await count("plan")).toBeLessThanOrEqual(3 + 20 + 2);
  });

  it("grow by at most 6, and one for each further poll, for one account more", async () => {
    await apply();
    const without = await count("apply", "--yes");
    await estate.write(landingZone(["one", "two", "three", "four"]));
    const withOne = await count("apply", "--yes");
    const polls = estate.sandbox.calls().filter((call) => call === "organizations:DescribeCreateAccountStatus").length;
    // The proof of the account and the lease are asked once a run, however many changes there are.
    const once = estate.sandbox.calls().filter((call) => /^(sts|ssm):/.test(call)).length;
    expect(withOne - without - once - (polls - 1)).toBeLessThanOrEqual(6);
    expect(polls).toBeGreaterThan(0);
  });

  it("for tags are one a hundred accounts where the tagging API knows them, and one each for the others", async () => {
    await apply();
    const { Accounts = [] } = await estate.byHand.send(new ListAccountsCommand({}));
    const known = Accounts.filter(({ Name }) => Name === "one" || Name === "two");
    const list = known.map(({ Arn, Name = "" }) => ({
      ResourceARN: Arn,
      Tags: [{ Key: "bulkhead:account", Value: Name }],
    }));
    // AWS gives the last page an empty token.
    const body = { ResourceTagMappingList: list, PaginationToken: "" };
    estate.sandbox.faults.script("tagging:GetResources", (request) => {
      expect(request.input).toEqual({ ResourceTypeFilters: ["organizations:account"], ResourcesPerPage: 100 });
      return { body };
    });
    estate.sandbox.clearCalls();
    expect((await estate.run("plan")).stdout).toContain("Nothing to do");
    const tagCalls = estate.sandbox.calls().filter((call) => /GetResources|ListTagsForResource/.test(call));
    // The third account and the management account, whose tags didn't come.
    expect(tagCalls.sort()).toEqual([
      "organizations:ListTagsForResource",
      "organizations:ListTagsForResource",
      "tagging:GetResources",
    ]);
  });

  it("ask once more for tags of a batch that would change something: they may be old", async () => {
    await apply();
    const { Accounts = [] } = await estate.byHand.send(new ListAccountsCommand({}));
    const list = Accounts.map(({ Arn }) => ({
      ResourceARN: Arn,
      Tags: [{ Key: "bulkhead:account", Value: "an old name" }],
    }));
    estate.sandbox.faults.script("tagging:GetResources", () => ({ body: { ResourceTagMappingList: list } }));
    expect((await estate.run("plan")).stdout).toContain("Nothing to do");
  });

  it("read the organization of a partition where accounts come without their paths", async () => {
    await using other = await openEstate(landingZone(["one"]), { accountPaths: false, createAccountPolls: 1 });
    expect((await other.run("apply", "--yes")).exitCode).toBe(0);
    expect((await other.run("plan")).stdout).toContain("Nothing to do");
    expect(other.sandbox.calls()).toContain("organizations:ListAccountsForParent");
  });
});

describe("a saved plan", () => {
  const saved = (): string => join(estate.folder, "plan.json");
  const idsInFile = async (): Promise<string> => readFile(saved(), "utf8");

  it("is applied as it was shown, and again without doing anything", async () => {
    await estate.run("plan", "--out", saved());
    expect(await idsInFile()).not.toMatch(/\bou-|\br-[a-z0-9]{4}|\bp-[a-z0-9]{8}/);
    // What the file says now doesn't matter to it.
    await estate.write(landingZone(["one"]));
    expect((await estate.run("apply", saved(), "--yes")).stdout).toContain("Applied: 8 changed.");
    expect((await estate.run("apply", saved(), "--yes")).stdout).toContain("Applied: 8 done already.");
    expect(creations()).toBe(3);
  });

  it("that is stale is refused object by object, and the rest is done", async () => {
    await apply();
    await estate.write(landingZone(["one", "two", "three", "four"]).replaceAll("Apps/Web", "Apps/Next"));
    await estate.run("plan", "--out", saved());
    const { Parents = [] } = await estate.byHand.send(new ListParentsCommand({ ChildId: await idOf("one") }));
    const { Roots = [] } = await estate.byHand.send(new ListRootsCommand({}));
    await estate.byHand.send(
      new MoveAccountCommand({
        AccountId: await idOf("one"),
        SourceParentId: Parents[0]!.Id,
        DestinationParentId: Roots[0]!.Id,
      }),
    );
    const { exitCode, stdout } = await estate.run("apply", saved(), "--yes");
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "move account one from Apps/Web to Apps/Next: refused, it has changed since the plan was made",
    );
    expect(stdout).toContain("Applied: 4 changed, 1 refused.");
  });

  it("that was edited, or is for another organization, changes nothing", async () => {
    await estate.run("plan", "--out", saved());
    await estate.write(landingZone(["one"]).replace('"111111111111"', '"222222222222"'));
    const elsewhere = await estate.run("apply", saved(), "--yes");
    expect(elsewhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Plan.WrongOrganization") });
    await estate.write(landingZone(["one", "two", "three"]));
    await writeFile(saved(), (await idsInFile()).replaceAll("Apps/Web", "Root"));
    const edited = await estate.run("apply", saved(), "--yes");
    expect(edited).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Plan.FileEdited") });
    expect(writes()).toEqual([]);
  });
});

describe("what goes wrong is said, and nothing is changed", () => {
  it.each<[string, () => void, RegExp]>([
    [
      "no rights",
      () =>
        estate.sandbox.faults.at(
          1,
          { kind: "fail", status: 400, code: "AccessDeniedException", message: "no" },
          { operation: "organizations:*", times: 99 },
        ),
      /Aws\.AccessDenied.*\n.*organizations:/,
    ],
    [
      "an expired session",
      () =>
        estate.sandbox.faults.at(
          1,
          { kind: "fail", status: 400, code: "ExpiredTokenException", message: "old" },
          { operation: "organizations:*", times: 99 },
        ),
      /Credentials\.Expired/,
    ],
    [
      "an answer that isn't AWS's",
      () => estate.sandbox.faults.at(1, { kind: "notAws" }, { operation: "organizations:*", times: 99 }),
      /Aws\.NotAnAnswer/,
    ],
    [
      "no answer",
      () => estate.sandbox.faults.at(1, { kind: "cut" }, { operation: "*", times: 99 }),
      /Aws\.Unreachable/,
    ],
  ])("%s", async (_, arrange, message) => {
    arrange();
    const { exitCode, stderr } = await estate.run("apply", "--yes");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
    expect(writes()).toEqual([]);
  });

  it("the wrong account, by name of both", async () => {
    await estate.write(landingZone(["one"]).replace('"111111111111"', '"222222222222"'));
    const { exitCode, stderr } = await estate.run("apply", "--yes");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/belong to account 111111111111 .*, but account 222222222222 is meant/);
    expect(writes()).toEqual([]);
  });

  it("no terminal to ask on", async () => {
    const { exitCode, stderr } = await estate.run("apply");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("--yes");
    expect(writes()).toEqual([]);
  });

  it("an email that another account had before", async () => {
    await apply();
    await estate.write(
      landingZone(
        ["one", "two", "three"],
        "  thief: { organizationalUnit: Apps/Web, email: AWS+One@example.com }\n",
      ).replace("  one: { organizationalUnit: Apps/Web }\n", ""),
    );
    const { stdout } = await estate.run("plan");
    // It is the same account: taken over, with its new name.
    expect(stdout).toContain("rename account one to thief");
  });
});

describe("a creation whose answer is lost", () => {
  it.each(["cut", "cutAfter", "half", "notAws"] as const)(
    "(%s) is found in AWS, and never sent twice",
    async (kind) => {
      estate.sandbox.faults.at(1, { kind }, { operation: "organizations:CreateAccount" });
      const first = await apply();
      const again = await apply();
      expect(again.exitCode).toBe(0);
      expect((await estate.run("plan")).stdout).toContain("Nothing to do");
      const { Accounts = [] } = await estate.byHand.send(new ListAccountsCommand({}));
      expect(Accounts.map(({ Name }) => Name).sort()).toEqual(["master", "one", "three", "two"]);
      // Only where AWS never got the first is there a second.
      expect(creations()).toBe(kind === "cut" || kind === "notAws" ? 4 : 3);
      expect(first.stderr).toContain("the answer to its creation was lost");
    },
  );

  it("that AWS refuses is explained, and the others go on", async () => {
    await estate.write(
      landingZone(["one", "two"], "  taken: { organizationalUnit: Apps/Web, email: master@example.com }\n"),
    );
    const { exitCode, stdout } = await apply();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("AWS didn't create the account taken (master@example.com): EMAIL_ALREADY_EXISTS");
    expect(stdout).toContain("Give the account another email in the file.");
    expect(stdout).toContain("Applied: 7 changed, 1 failed.");
  });
});

describe("list", () => {
  it("shows what is, what is to come and what isn't ours", async () => {
    await apply();
    await estate.write(landingZone(["one", "four"]));
    const { stdout } = await estate.run("list", "--output", "json");
    const { kind, accounts } = JSON.parse(stdout) as {
      kind: string;
      accounts: { name: string; state: string; managed: boolean }[];
    };
    expect(kind).toBe("accounts");
    expect(accounts.map(({ name, state, managed }) => [name, state, managed])).toEqual([
      ["four", "NOT_CREATED", true],
      ["one", "ACTIVE", true],
      ["master", "ACTIVE", true],
      ["three", "ACTIVE", false],
      ["two", "ACTIVE", false],
    ]);
  });
});
