/** Stacks of a deploy file on the sandbox: planned, applied by the kept change set, refused, healed, joined. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  ExecuteChangeSetCommand,
  GetStackPolicyCommand,
  ListChangeSetsCommand,
  SetStackPolicyCommand,
  SignalResourceCommand,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import { ListBucketsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { Refusal } from "@bulkhead/sandbox";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { answer, describedStack, eventsAnswer, id, sent, stacksAnswer } from "../testing/scripted-stack.ts";
import { account, openShop, queueTemplate, region, type Shop } from "../testing/shop.ts";
import { applicationTag } from "../owner.ts";
import { defaultPolicy, openPolicy } from "./policy.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  await shop.reset();
  await shop.write({ "queue.yaml": queueTemplate, "bulkhead.deploy.yaml": deployFile() });
});

const place = `{ account: "${account}", region: ${region} }`;
function deployFile(stacks = "orders: { template: queue.yaml }", more = ""): string {
  return `version: 1\napplication: shop\nenvironments: { dev: ${place} }\ncloudformation:\n  stacks:\n    ${stacks}\n${more}`;
}

const waiting = (timeout: number): string => `Resources:
  Handle: { Type: AWS::CloudFormation::WaitConditionHandle }
  Wait:
    Type: AWS::CloudFormation::WaitCondition
    Properties: { Handle: !Ref Handle, Timeout: "${timeout}" }
`;
const policy = async (): Promise<string | undefined> =>
  (await shop.byHand.send(new GetStackPolicyCommand({ StackName: "shop-orders" }))).StackPolicyBody;
const changeSets = async (): Promise<(string | undefined)[]> =>
  ((await shop.byHand.send(new ListChangeSetsCommand({ StackName: "shop-orders" }))).Summaries ?? []).map(
    ({ ChangeSetName }) => ChangeSetName,
  );
const deployed = { exitCode: 0 };
const plan = () => shop.path("plan.json");

describe("a plan", () => {
  it("keeps the change sets that are then carried out, and nothing of earlier plans", async () => {
    const shown = await shop.run("plan", "--out", plan(), "--detailed-exitcode");
    expect(shown).toMatchObject({ exitCode: 2, stdout: "+ shop-orders: create\n    + Queue (AWS::SQS::Queue)\n" });
    expect((await stat(plan())).mode & 0o777).toBe(0o600);
    await shop.run("plan", "--out", plan());
    const [kept, ...others] = await changeSets();
    expect(others).toEqual([]);
    expect(await readFile(plan(), "utf8")).toContain(String(kept));

    shop.sandbox.clearCalls();
    expect(await shop.run("deploy", "--plan", plan())).toMatchObject({
      ...deployed,
      stdout: expect.stringContaining("created"),
    });
    expect(shop.sandbox.calls()).not.toContain("cloudformation:CreateChangeSet");
    // Again: it was carried out already.
    expect(await shop.run("deploy", "--plan", plan())).toMatchObject(deployed);
    expect(await shop.run("plan", "--detailed-exitcode")).toMatchObject({
      exitCode: 0,
      stdout: "= shop-orders: nothing to do\n",
    });
    expect(await policy()).toBe(defaultPolicy);
  });

  it("shows before and after of properties, and marks what is replaced and deleted", async () => {
    await shop.run("deploy");
    const details = (name: string, recreation: string, before: string, after: string): string =>
      `<member><Target><Attribute>Properties</Attribute><Name>${name}</Name><RequiresRecreation>${recreation}</RequiresRecreation>
       <Path>/Properties/${name}</Path><BeforeValue>${before}</BeforeValue><AfterValue>${after}</AfterValue>
       <AttributeChangeType>Modify</AttributeChangeType></Target><Evaluation>Static</Evaluation></member>`;
    const change = (action: string, logicalId: string, inner: string): string =>
      `<member><Type>Resource</Type><ResourceChange><Action>${action}</Action><LogicalResourceId>${logicalId}</LogicalResourceId>
       <ResourceType>AWS::SQS::Queue</ResourceType>${inner}</ResourceChange></member>`;
    const pages = [
      change(
        "Modify",
        "Queue",
        `<Replacement>True</Replacement><Details>${details("QueueName", "Always", "one", "two")}</Details>`,
      ),
      change(
        "Modify",
        "Other",
        `<Replacement>False</Replacement><Details>${details("DelaySeconds", "Never", "1", "2")}</Details>`,
      ) +
        change("Remove", "Old", "") +
        change("Modify", "Child", "<Replacement>False</Replacement><ChangeSetId>nested</ChangeSetId>"),
    ];
    const nested = change("Modify", "Inner", "<Replacement>Conditional</Replacement>");
    shop.sandbox.faults.script("cloudformation:DescribeChangeSet", (request) => {
      const { ChangeSetName, IncludePropertyValues, NextToken } = sent(request);
      expect({ IncludePropertyValues, ChangeSetName }).toMatchObject({ IncludePropertyValues: "true" });
      const page = NextToken === undefined ? 0 : 1;
      if (ChangeSetName === "nested") {
        return answer("DescribeChangeSet", `<Status>CREATE_COMPLETE</Status><Changes>${nested}</Changes>`);
      }
      return answer(
        "DescribeChangeSet",
        `<ChangeSetId>${String(ChangeSetName)}</ChangeSetId><StackId>${id("shop-orders")}</StackId><StackName>shop-orders</StackName>
         <Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes>${pages[page] ?? ""}</Changes>
         ${page === 0 ? "<NextToken>more</NextToken>" : ""}`,
      );
    });
    await shop.write({
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, parameters: { Name: two } }"),
    });
    expect((await shop.run("plan")).stdout).toBe(`~ shop-orders: update
    ± Queue (AWS::SQS::Queue): is replaced
        Properties.QueueName: one → two replaces the resource
    ~ Other (AWS::SQS::Queue)
        Properties.DelaySeconds: 1 → 2
    - Old (AWS::SQS::Queue): is deleted
    ~ Child (AWS::SQS::Queue)
    ±? Child/Inner (AWS::SQS::Queue): may be replaced
`);
    shop.sandbox.faults.script("cloudformation:DeleteChangeSet", answer("DeleteChangeSet", ""));
    const { stdout } = await shop.run("deploy");
    expect(stdout).toContain("would replace or delete Queue, Old; its stack policy denies that");
  });

  it("for stacks that need one which doesn't exist says so, and is finished by the deployment", async () => {
    const both = `network: { template: queue.yaml, parameters: { Name: net } }
    orders: { template: queue.yaml, tags: { Url: { stackOutput: network.Url } } }`;
    await shop.write({ "bulkhead.deploy.yaml": deployFile(both) });
    const { stdout } = await shop.run("plan", "--out", plan());
    expect(stdout).toContain("? shop-orders: can be planned when network is deployed");
    expect(await shop.run("deploy", "--plan", plan())).toMatchObject(deployed);
    expect((await shop.stack("shop-orders"))?.Tags).toContainEqual({
      Key: "Url",
      Value: expect.stringMatching(/^http/),
    });
  });

  it.each<[string, string, (text: string) => string]>([
    ["edited", "was changed after it was written", (text) => text.replace("shop-orders", "shop-others")],
    ["no plan", "isn't one that", () => "{}"],
    ["not even JSON", "can't be read", () => "{"],
  ])("that is %s is refused", async (_, reason, edit) => {
    await shop.run("plan", "--out", plan());
    await writeFile(plan(), edit(await readFile(plan(), "utf8")));
    const { exitCode, stderr } = await shop.run("deploy", "--plan", plan());
    expect(exitCode).toBe(1);
    expect(stderr).toContain(reason);
  });

  it("stays where it isn't carried out after all, so that it can be approved", async () => {
    await shop.write({
      "bulkhead.deploy.yaml": deployFile().replace(`region: ${region}`, `region: ${region}, protected: true`),
    });
    await shop.run("plan", "--out", plan());
    const refused = await shop.run("deploy", "--plan", plan());
    expect(refused).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("dev is protected") });
    expect(await shop.run("deploy", "--plan", plan(), "--yes")).toMatchObject(deployed);
    expect(await shop.stack("shop-orders")).toMatchObject({ EnableTerminationProtection: true });
  });

  it("for another environment is refused", async () => {
    await shop.run("plan", "--out", plan());
    await shop.write({ "bulkhead.deploy.yaml": deployFile().replace("dev:", "prod:") });
    const { stderr } = await shop.run("deploy", "--plan", plan());
    expect(stderr).toContain("it was made for environment dev, but prod is meant");
  });

  it("whose change set is gone, stale or another's is refused", async () => {
    await shop.run("deploy");
    const change = (delay: number) =>
      shop.write({
        "bulkhead.deploy.yaml": deployFile(`orders: { template: queue.yaml, parameters: { Delay: ${delay} } }`),
      });
    await change(2);
    await shop.run("plan", "--out", plan());
    // By hand, the stack is changed meanwhile.
    const parameters = [{ ParameterKey: "Delay", ParameterValue: "9" }];
    const tags = [
      { Key: applicationTag, Value: "shop" },
      { Key: "bulkhead:environment", Value: "dev" },
    ];
    await shop.byHand.send(
      new UpdateStackCommand({
        StackName: "shop-orders",
        UsePreviousTemplate: true,
        Parameters: parameters,
        Tags: tags,
      }),
    );
    const stale = await shop.run("deploy", "--plan", plan());
    expect(stale).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("can't be applied: OBSOLETE") });

    await shop.run("plan", "--out", plan());
    await change(3);
    expect(await shop.run("deploy")).toMatchObject(deployed);
    const gone = await shop.run("deploy", "--plan", plan());
    expect(gone).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("no longer exists") });

    shop.sandbox.faults.script(
      "cloudformation:DescribeChangeSet",
      answer(
        "DescribeChangeSet",
        `<ChangeSetName>somebody</ChangeSetName><StackId>${id("shop-orders")}</StackId><ExecutionStatus>AVAILABLE</ExecutionStatus>`,
      ),
    );
    const foreign = await shop.run("deploy", "--plan", plan());
    expect(foreign).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("is not one that this plan made") });
  });
});

describe("a kept plan", () => {
  it("is refused where the deploy file has another stack under its key, and for stacks that it doesn't have", async () => {
    await shop.run("plan", "--out", plan());
    await shop.write({ "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, name: others }") });
    expect((await shop.run("deploy", "--plan", plan())).stderr).toContain(
      "it deploys shop-orders, which the deploy file doesn't have as orders",
    );
    await shop.write({
      "bulkhead.deploy.yaml": deployFile(
        "orders: { template: queue.yaml }\n    returns: { template: queue.yaml, parameters: { Name: two } }",
      ),
    });
    expect((await shop.run("deploy", "--plan", plan(), "returns")).stderr).toContain("it doesn't speak of returns");
    const { exitCode, stdout } = await shop.run("deploy", "--plan", plan());
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("returns");
  });

  it("that a killed run has begun is finished with the stack's policy", async () => {
    await shop.run("deploy");
    await shop.write({
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, parameters: { Delay: 2 } }"),
    });
    await shop.run("plan", "--out", plan());
    const [ChangeSetName] = await changeSets();
    await shop.byHand.send(new SetStackPolicyCommand({ StackName: "shop-orders", StackPolicyBody: openPolicy }));
    await shop.byHand.send(new ExecuteChangeSetCommand({ StackName: "shop-orders", ChangeSetName }));
    expect(await shop.run("deploy", "--plan", plan())).toMatchObject(deployed);
    expect(await policy()).toBe(defaultPolicy);
  });

  it("that can't be saved is refused before anything is made", async () => {
    const { exitCode, stderr } = await shop.run("plan", "--out", shop.path("none/plan.json"));
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("CloudFormation.PlanUnwritable"),
    });
    expect(shop.sandbox.calls().filter((call) => call.startsWith("cloudformation:"))).toEqual([]);
  });
});

describe("change sets", () => {
  it("that another run has overtaken are made anew, once", async () => {
    shop.sandbox.faults.at(
      1,
      { kind: "fail", status: 400, code: "ChangeSetNotFound" },
      { operation: "cloudformation:ExecuteChangeSet" },
    );
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("created") });
    expect(shop.sandbox.calls().filter((call) => call === "cloudformation:CreateChangeSet")).toHaveLength(2);
  });

  it("of a new stack take the empty stack with them, unless somebody else plans it", async () => {
    const failing = () =>
      shop.sandbox.faults.script("cloudformation:DescribeChangeSet", (request) =>
        answer(
          "DescribeChangeSet",
          `<ChangeSetId>${String(sent(request)["ChangeSetName"])}</ChangeSetId><Status>FAILED</Status><StatusReason>No</StatusReason>`,
        ),
      );
    failing();
    expect((await shop.run("deploy")).stdout).toContain("CloudFormation can't plan shop-orders: No");
    expect(await shop.stack("shop-orders")).toBeUndefined();
    await shop.byHand.send(
      new CreateChangeSetCommand({
        StackName: "shop-orders",
        ChangeSetName: "somebodys",
        ChangeSetType: "CREATE",
        TemplateBody: queueTemplate,
      }),
    );
    expect((await shop.run("deploy")).exitCode).toBe(1);
    expect(await changeSets()).toEqual(["somebodys"]);
    expect(await shop.stack("shop-orders")).toMatchObject({ StackStatus: "REVIEW_IN_PROGRESS" });
  });

  it("that AWS refuses with a secret's value are told without it", async () => {
    const secret = queueTemplate.replace("Name: { Type: String,", "Name: { Type: String, NoEcho: true,");
    await shop.write({
      "queue.yaml": secret,
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, parameters: { Name: s3cret } }"),
    });
    const message = "Parameter validation failed: parameter value s3cret for parameter name Name does not exist";
    shop.sandbox.faults.script("cloudformation:CreateChangeSet", new Refusal(400, "ValidationError", message));
    const { stdout, stderr } = await shop.run("deploy", "--verbose");
    expect(stdout).toContain("parameter value **** for parameter name Name");
    expect(stdout + stderr).not.toContain("s3cret");
  });

  it("of others are left alone, and an empty one of ours leaves nothing behind", async () => {
    await shop.run("deploy");
    await shop.byHand.send(
      new CreateChangeSetCommand({
        StackName: "shop-orders",
        ChangeSetName: "somebodys",
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: "Name", ParameterValue: "by-hand" }],
      }),
    );
    // Another comment is another text, but no change.
    await shop.write({ "queue.yaml": `# new\n${queueTemplate}` });
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 0, stdout: "= shop-orders: nothing to do\n" });
    await shop.run("plan");
    expect(await changeSets()).toEqual(["somebodys"]);
  });

  it("are made once where the answer was lost, and executed once", async () => {
    for (const operation of ["CreateChangeSet", "ExecuteChangeSet"]) {
      shop.sandbox.faults.at(1, { kind: "cutAfter" }, { operation: `cloudformation:${operation}` });
    }
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("created") });
    expect(await shop.run("deploy")).toMatchObject({ exitCode: 0, stdout: "= shop-orders: nothing to do\n" });
  });

  it("carry what was declared, field by field", async () => {
    await shop.write({
      "bulkhead.deploy.yaml": deployFile(`orders:
        template: queue.yaml
        name: "{application}-{environment}-{stack}"
        parameters: { Name: [a, b], Delay: 3 }
        tags: { Team: shop }
        capabilities: [CAPABILITY_NAMED_IAM]
        roleArn: arn:aws:iam::${account}:role/cloudformation
        notificationArns: [arn:aws:sns:${region}:${account}:events]`),
    });
    let request: Readonly<Record<string, string>> = {};
    shop.sandbox.faults.script("cloudformation:CreateChangeSet", (it) => {
      request = sent(it);
      return new Refusal(400, "ValidationError", "enough");
    });
    await shop.run("deploy");
    const { ChangeSetName, ClientToken, TemplateBody, ...rest } = request;
    expect(ChangeSetName).toBe(`bulkhead-${String(ClientToken)}`);
    expect(TemplateBody).toBe(queueTemplate);
    expect(rest).toEqual({
      StackName: "shop-dev-orders",
      ChangeSetType: "CREATE",
      Description: "Bulkhead's plan for shop",
      IncludeNestedStacks: "true",
      "Parameters.member.1.ParameterKey": "Name",
      "Parameters.member.1.ParameterValue": "a,b",
      "Parameters.member.2.ParameterKey": "Delay",
      "Parameters.member.2.ParameterValue": "3",
      "Tags.member.1.Key": "Team",
      "Tags.member.1.Value": "shop",
      "Tags.member.2.Key": applicationTag,
      "Tags.member.2.Value": "shop",
      "Tags.member.3.Key": "bulkhead:environment",
      "Tags.member.3.Value": "dev",
      "Capabilities.member.1": "CAPABILITY_NAMED_IAM",
      RoleARN: `arn:aws:iam::${account}:role/cloudformation`,
      "NotificationARNs.member.1": `arn:aws:sns:${region}:${account}:events`,
    });
  });
});

describe("what a template needs is said", () => {
  it("capabilities, which are then declared", async () => {
    const role = `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: { RoleName: made, AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] } }
`;
    await shop.write({ "role.yaml": role, "bulkhead.deploy.yaml": deployFile("roles: { template: role.yaml }") });
    const refused = await shop.run("deploy");
    expect(refused).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("needs CAPABILITY_NAMED_IAM") });
    expect(await shop.stack("shop-roles")).toBeUndefined();
    const capable = "roles: { template: role.yaml, capabilities: [CAPABILITY_NAMED_IAM] }";
    await shop.write({ "bulkhead.deploy.yaml": deployFile(capable) });
    expect(await shop.run("deploy")).toMatchObject(deployed);
  });

  it("parameters: unknown ones with a suggestion, missing ones of a new stack by name", async () => {
    const needy = queueTemplate.replace("Name: { Type: String, Default: one }", "Name: { Type: String }");
    await shop.write({ "queue.yaml": needy });
    expect((await shop.run("deploy")).stdout).toContain("Stack shop-orders is new and needs values for: Name");
    await shop.write({
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, parameters: { Nmae: x } }"),
    });
    expect((await shop.run("validate")).stderr).toMatch(
      /bulkhead\.deploy\.yaml:6:\d+.*no parameter "Nmae"[^]*Did you mean "Name"/,
    );
    await shop.write({
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, parameters: { Name: x } }"),
    });
    expect(await shop.run("deploy")).toMatchObject(deployed);
    // From then on it keeps its value.
    await shop.write({
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, parameters: { Delay: 5 } }"),
    });
    expect(await shop.run("deploy")).toMatchObject(deployed);
    expect((await shop.stack("shop-orders"))?.Parameters).toContainEqual({ ParameterKey: "Name", ParameterValue: "x" });
  });

  it("a bucket for what is large or nested; it is made if declared, and nothing is put there twice", async () => {
    const nested = `Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: queue.yaml }
# ${"x".repeat(52_000)}
`;
    await shop.write({
      "parent.yaml": nested,
      "bulkhead.deploy.yaml": deployFile("orders: { template: parent.yaml }"),
    });
    expect((await shop.run("deploy")).stdout).toContain("it needs a bucket");
    const bucket = (create: boolean) =>
      deployFile(
        `orders: { template: parent.yaml }\nartifactBucket: { name: "shop-{account}-{region}", create: ${create} }`,
      );
    await shop.write({ "bulkhead.deploy.yaml": bucket(false) });
    expect((await shop.run("deploy")).stdout).toContain("There is no artifact bucket");
    await shop.write({ "bulkhead.deploy.yaml": bucket(true) });
    // The first answer is lost, as it is for the second of two stacks that make it at once.
    shop.sandbox.faults.at(2, { kind: "cutAfter" }, { operation: "s3:*" });
    expect(await shop.run("deploy")).toMatchObject(deployed);
    const s3 = new S3Client(shop.config);
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual([`shop-${account}-${region}`]);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: Buckets[0]?.Name }));
    expect(Contents).toHaveLength(2);
    await shop.write({
      "bulkhead.deploy.yaml": bucket(true).replace("parent.yaml }", "parent.yaml, tags: { A: b } }"),
    });
    shop.sandbox.clearCalls();
    expect(await shop.run("deploy")).toMatchObject(deployed);
    expect(shop.sandbox.calls().filter((call) => call.startsWith("s3:PUT"))).toEqual([]);
  });
});

describe("the stack policy", () => {
  it("denies replacing, but for one deployment that says so; then it is closed again", async () => {
    await shop.run("deploy");
    await shop.write({
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, parameters: { Name: two } }"),
    });
    const refused = await shop.run("deploy");
    expect(refused).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("would replace or delete Queue") });
    expect(await changeSets()).toHaveLength(1);
    const set: string[] = [];
    shop.sandbox.faults.script("cloudformation:SetStackPolicy", (request) => {
      set.push(String(sent(request)["StackPolicyBody"]));
      return undefined;
    });
    expect(await shop.run("deploy", "--replace")).toMatchObject(deployed);
    expect(set).toEqual([openPolicy, defaultPolicy]);
    expect(await policy()).toBe(defaultPolicy);
    await shop.write({
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, parameters: { Name: three } }"),
    });
    const stale = new Refusal(400, "InvalidChangeSetStatus", "It is OBSOLETE");
    shop.sandbox.faults.script("cloudformation:ExecuteChangeSet", stale);
    expect(await shop.run("deploy", "--replace")).toMatchObject({ exitCode: 1 });
    expect(await policy()).toBe(defaultPolicy);
  });

  it("that can't be closed again doesn't hide why the deployment failed", async () => {
    await shop.run("deploy");
    await shop.write({
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, parameters: { Name: two } }"),
    });
    const refusal = new Refusal(400, "ValidationError", "the first cause");
    shop.sandbox.faults.script("cloudformation:ExecuteChangeSet", refusal);
    shop.sandbox.faults.script("cloudformation:SetStackPolicy", (request) =>
      sent(request)["StackPolicyBody"] === openPolicy ? undefined : new Refusal(400, "ValidationError", "the last"),
    );
    const { stdout, stderr } = await shop.run("deploy", "--replace");
    expect(stdout).toContain("the first cause");
    expect(stderr).toContain("The policy of shop-orders could not be closed again");
  });

  it("that a killed run left open is closed by the next, though nothing else differs", async () => {
    await shop.run("deploy");
    await shop.byHand.send(new SetStackPolicyCommand({ StackName: "shop-orders", StackPolicyBody: openPolicy }));
    expect((await shop.run("plan")).stdout).toContain("~ stack policy");
    expect(await shop.run("deploy")).toMatchObject(deployed);
    expect(await policy()).toBe(defaultPolicy);
  });

  it("can be one of the user's own, or none", async () => {
    await shop.write({
      "policy.json": '{ "Statement": [] }',
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, stackPolicy: policy.json }"),
    });
    expect(await shop.run("deploy")).toMatchObject(deployed);
    expect(await policy()).toBe('{"Statement":[]}');
    await shop.write({ "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, stackPolicy: none }") });
    await shop.run("deploy");
    expect(await policy()).toBe(openPolicy);
    await shop.write({
      "policy.json": "{",
      "bulkhead.deploy.yaml": deployFile("orders: { template: queue.yaml, stackPolicy: policy.json }"),
    });
    expect((await shop.run("deploy")).stdout).toContain("it isn't JSON");
  });
});

describe("a stack in a bad state", () => {
  it("is told with its first cause when an update fails, and deployed by the next that is good", async () => {
    await shop.run("deploy");
    await shop.write({
      "queue.yaml": `${queueTemplate.split("Outputs:")[0] ?? ""}${waiting(1).replace("Resources:\n", "")}`,
    });
    const failed = await shop.run("deploy");
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/ended in UPDATE_ROLLBACK_COMPLETE: Wait \(AWS::CloudFormation::WaitCondition\): /);
    await shop.write({ "queue.yaml": queueTemplate.replace("Default: 1", "Default: 7") });
    expect(await shop.run("deploy")).toMatchObject(deployed);
  });

  it("goes on with a rollback that failed, then decides anew", async () => {
    let continued: Readonly<Record<string, string>> | undefined;
    shop.sandbox.faults.script("cloudformation:ContinueUpdateRollback", (request) => {
      continued = sent(request);
      return answer("ContinueUpdateRollback", "");
    });
    shop.sandbox.faults.script("cloudformation:DescribeStackEvents", () =>
      eventsAnswer("shop-orders", [
        {
          logicalId: "shop-orders",
          physicalId: id("shop-orders"),
          status: "UPDATE_ROLLBACK_FAILED",
          token: continued?.["ClientRequestToken"],
        },
        { logicalId: "Queue", status: "UPDATE_FAILED", reason: "It is gone", token: continued?.["ClientRequestToken"] },
      ]),
    );
    shop.sandbox.faults.script("cloudformation:DescribeStacks", () =>
      stacksAnswer(
        describedStack(
          "shop-orders",
          "UPDATE_ROLLBACK_FAILED",
          continued ? "<LastUpdatedTime>2026-02-02T00:00:00Z</LastUpdatedTime>" : "",
        ),
      ),
    );
    const { exitCode, stdout } = await shop.run("deploy");
    expect(exitCode).toBe(1);
    expect(continued).toEqual({
      StackName: id("shop-orders"),
      ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(stdout).toContain("ended in UPDATE_ROLLBACK_FAILED: Queue (AWS::SQS::Queue): It is gone");
  });

  it("is rolled back where an update failed without", async () => {
    let rolledBack: Readonly<Record<string, string>> | undefined;
    shop.sandbox.faults.script("cloudformation:RollbackStack", (request) => {
      rolledBack = sent(request);
      return answer("RollbackStack", `<StackId>${id("shop-orders")}</StackId>`);
    });
    shop.sandbox.faults.script("cloudformation:DescribeStacks", () =>
      rolledBack
        ? stacksAnswer(describedStack("shop-orders", "DELETE_FAILED"))
        : stacksAnswer(describedStack("shop-orders", "UPDATE_FAILED")),
    );
    shop.sandbox.faults.script("cloudformation:DescribeStackEvents", () => eventsAnswer("shop-orders", []));
    expect((await shop.run("deploy")).exitCode).toBe(1);
    expect(rolledBack).toMatchObject({ StackName: id("shop-orders") });
  });

  it("that can't be deleted is left to a person", async () => {
    shop.sandbox.faults.script(
      "cloudformation:DescribeStacks",
      stacksAnswer(describedStack("shop-orders", "DELETE_FAILED")),
    );
    const { exitCode, stdout } = await shop.run("deploy");
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("CloudFormation.StackStuck"),
    });
  });

  it("that is somebody else's is neither deployed nor deleted", async () => {
    const Tags = [{ Key: applicationTag, Value: "blog" }];
    await shop.byHand.send(new CreateStackCommand({ StackName: "shop-orders", TemplateBody: queueTemplate, Tags }));
    expect((await shop.run("deploy", "--adopt")).stdout).toContain("belongs to blog, but shop is meant");
    expect((await shop.run("delete", "--yes")).stderr).toContain("belongs to blog");
    expect(await shop.stack("shop-orders")).toMatchObject({ StackStatus: "CREATE_COMPLETE" });
  });
});

describe("the fence", () => {
  const two = "orders: { template: queue.yaml }\n    returns: { template: queue.yaml }";
  const mark = (value: object) =>
    new SSMClient(shop.config).send(
      new PutParameterCommand({ Name: "/bulkhead/account", Value: JSON.stringify(value), Type: "String" }),
    );

  it("stops where the account itself says that it is another environment, and says so once", async () => {
    await mark({ name: "shop-prod", environment: "prod" });
    await shop.write({ "bulkhead.deploy.yaml": deployFile(two) });
    const { exitCode, stdout } = await shop.run("deploy");
    expect(exitCode).toBe(1);
    expect(stdout.match(/dev is to be deployed, but account 111111111111 \(shop-prod\) is prod/g)).toHaveLength(1);
    expect(stdout).toContain("not tried, as for the others (Deploy.OutsideFence)");
    expect(await shop.stack("shop-orders")).toBeUndefined();
    expect(shop.sandbox.calls()).not.toContain("cloudformation:CreateChangeSet");
  });

  it("takes the account's word for being protected, and asks AWS once for all stacks", async () => {
    await mark({ name: "shop-dev", environment: "dev", protected: true });
    await shop.write({ "bulkhead.deploy.yaml": deployFile(two) });
    expect(await shop.run("deploy")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("dev is protected"),
    });
    shop.sandbox.clearCalls();
    expect(await shop.run("deploy", "--yes")).toMatchObject(deployed);
    expect(shop.sandbox.calls().filter((call) => call.startsWith("sts:"))).toEqual(["sts:GetCallerIdentity"]);
  });

  it("stops at a stack of another environment in the same account", async () => {
    expect(await shop.run("deploy")).toMatchObject(deployed);
    await shop.write({ "bulkhead.deploy.yaml": deployFile().replace("dev:", "prod:") });
    const wrong = "Stack shop-orders is that of dev, but prod is meant. Nothing was changed.";
    expect(await shop.run("deploy", "--adopt")).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(wrong) });
    expect(await shop.run("delete", "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(wrong) });
    expect(await shop.stack("shop-orders")).toMatchObject({ StackStatus: "CREATE_COMPLETE" });
  });

  it("stops at two stacks of one name", async () => {
    await shop.write({
      "bulkhead.deploy.yaml": deployFile(two.replace("returns: {", "returns: { name: shop-orders,")),
    });
    const { exitCode, stderr } = await shop.run("validate");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/deploy\.yaml:7:\d+.*Another stack of dev has the name shop-orders, too/);
  });

  it("asks in a protected environment before a setting is changed, too", async () => {
    const guarded = (more: string) =>
      deployFile(`orders: { template: queue.yaml${more} }`).replace(
        `region: ${region}`,
        `region: ${region}, protected: true`,
      );
    await shop.write({ "bulkhead.deploy.yaml": guarded("") });
    expect(await shop.run("deploy", "--yes")).toMatchObject(deployed);
    await shop.write({ "bulkhead.deploy.yaml": guarded(", terminationProtection: false") });
    expect(await shop.run("deploy")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("dev is protected"),
    });
    expect(await shop.stack("shop-orders")).toMatchObject({ EnableTerminationProtection: true });
    expect(await shop.run("deploy", "--yes")).toMatchObject(deployed);
    expect(await shop.stack("shop-orders")).toMatchObject({ EnableTerminationProtection: false });
  });

  it("passes over no flag that doesn't count: --stack chooses none of a file's stacks", async () => {
    await shop.write({
      "bulkhead.deploy.yaml": deployFile(two.replace("returns: {", "returns: { parameters: { Name: b },")),
    });
    expect(await shop.run("deploy")).toMatchObject(deployed);
    const { exitCode, stderr } = await shop.run("delete", "--stack", "orders", "--tag", "A=b", "--yes");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("--stack, --tag count only without a deploy file");
    expect(await shop.stack("shop-returns")).toBeDefined();
  });

  it("stops where a flag contradicts the file", async () => {
    const lock = { version: 1, accounts: { "shop-prod": { id: "222222222222", team: "shop" } }, blocks: {} };
    await shop.write({ "bulkhead.lock.json": JSON.stringify(lock) });
    const named = await shop.run("deploy", "--account", "shop-prod");
    await rm(shop.path("bulkhead.lock.json"));
    expect(named).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--account says 222222222222") });
    const { stderr } = await shop.run("deploy", "--account", "222222222222");
    expect(stderr).toContain(
      "The file says account 111111111111, but --account says 222222222222. Nothing was changed.",
    );
  });
});

describe("an operation that is under way", () => {
  it("is joined, whoever began it, and then the stack is deployed", async () => {
    await shop.write({ "queue.yaml": waiting(60) });
    const Tags = [{ Key: applicationTag, Value: "shop" }];
    await shop.byHand.send(new CreateStackCommand({ StackName: "shop-orders", TemplateBody: waiting(60), Tags }));
    const signal = () =>
      new SignalResourceCommand({
        StackName: "shop-orders",
        LogicalResourceId: "Wait",
        UniqueId: "1",
        Status: "SUCCESS",
      });
    shop.sandbox.faults.at(
      3,
      { kind: "before", run: async () => void (await shop.byHand.send(signal())) },
      { operation: "cloudformation:DescribeStacks" },
    );
    const { exitCode, stderr } = await shop.run("deploy");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("CREATE_IN_PROGRESS: an operation is under way; it is waited for");
    expect(stderr).toContain("shop-orders/Wait");
  });
});

describe("delete", () => {
  it("asks, or needs a yes, and is content with what is gone", async () => {
    await shop.run("deploy");
    expect(await shop.run("delete")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--yes") });
    expect(await shop.run("delete", "--yes")).toMatchObject({ exitCode: 0, stdout: "✓ shop-orders: deleted\n" });
    expect(await shop.run("delete", "--yes")).toMatchObject({ exitCode: 0, stdout: "= shop-orders: doesn't exist\n" });
  });

  it("waits for what is under way, and doesn't take its end for that of the deletion", async () => {
    const states = ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"];
    shop.sandbox.faults.script("cloudformation:DescribeStacks", () =>
      stacksAnswer(describedStack("shop-orders", states.shift() ?? "DELETE_COMPLETE")),
    );
    shop.sandbox.faults.script("cloudformation:DescribeStackEvents", () => eventsAnswer("shop-orders", []));
    shop.sandbox.faults.script("cloudformation:DeleteStack", answer("DeleteStack", ""));
    expect(await shop.run("delete", "--yes")).toMatchObject({ exitCode: 0, stdout: "✓ shop-orders: deleted\n" });
  });

  it("says why a stack can't be deleted, and leaves what it needs", async () => {
    const both = `network: { template: queue.yaml, parameters: { Name: net } }
    orders: { template: queue.yaml, tags: { Url: { stackOutput: network.Url } } }`;
    await shop.write({ "bulkhead.deploy.yaml": deployFile(both) });
    expect(await shop.run("deploy")).toMatchObject(deployed);
    let deleting: string | undefined;
    shop.sandbox.faults.script("cloudformation:DeleteStack", (request) => {
      deleting = String(sent(request)["StackName"]);
      return answer("DeleteStack", "");
    });
    shop.sandbox.faults.script("cloudformation:DescribeStacks", (request) => {
      const of = String(sent(request)["StackName"]);
      return deleting === of
        ? stacksAnswer(describedStack("shop-orders", "DELETE_FAILED").replace(id("shop-orders"), of))
        : undefined;
    });
    shop.sandbox.faults.script("cloudformation:DescribeStackEvents", () =>
      eventsAnswer("shop-orders", [
        { logicalId: "Bucket", status: "DELETE_FAILED", reason: "The bucket is not empty" },
      ]),
    );
    const { exitCode, stdout } = await shop.run("delete", "--yes");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("shop-orders: Stack shop-orders ended in DELETE_FAILED");
    expect(stdout).toContain("shop-network: not tried, shop-orders still needs it");
    expect(await shop.stack("shop-network")).toBeDefined();
  });
});

describe("info and list", () => {
  it("show what there is", async () => {
    await shop.run("deploy");
    await shop.byHand.send(
      new CreateStackCommand({ StackName: "by-hand", TemplateBody: queueTemplate.replace("one", "other") }),
    );
    const info = await shop.run("info");
    expect(info.stdout).toContain("shop-orders  CREATE_COMPLETE");
    expect(info.stdout).toMatch(/Queue +AWS::SQS::Queue/);
    const { stdout } = await shop.run("list", "--output", "markdown");
    expect(stdout).toMatch(/\| by-hand \| CREATE_COMPLETE \| - \| - \| no \|/);
    expect(stdout).toMatch(/\| shop-orders \| CREATE_COMPLETE \| shop \| dev \| yes \|/);
    await shop.byHand.send(new DeleteStackCommand({ StackName: "shop-orders" }));
    expect((await shop.run("info")).stdout).toContain("doesn't exist");
  });

  it("are one JSON document for machines, as the deployment is", async () => {
    const { stdout } = await shop.run("deploy", "--output", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "deployment",
      version: 1,
      application: "shop",
      environment: "dev",
      account,
      region,
      succeeded: true,
      stacks: [{ name: "shop-orders", status: "created", stackStatus: "CREATE_COMPLETE", changes: 1 }],
    });
  });
});
