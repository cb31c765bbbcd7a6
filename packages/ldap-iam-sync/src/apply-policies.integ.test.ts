/** Single changes of managed policies against the sandbox. */

import { describe, expect, it } from "@jest/globals";
import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  GetPolicyCommand,
  ListPolicyVersionsCommand,
} from "@aws-sdk/client-iam";
import type { JsonObject } from "@bulkhead/core";
import { kinds } from "./model.ts";
import { path, policyArn } from "./testing/iam.ts";
import { change, done, useIam } from "./testing/single-changes.ts";

const hands = useIam();
const { apply, send, read } = hands;

describe("a policy", () => {
  const name = "bulkhead-access-ops-1";
  const fields = (document: JsonObject): JsonObject => ({ name, path, document });
  const documents = Array.from({ length: 7 }, (_, index) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: `arn:aws:iam::11111111111${index}:role/admin` }],
  }));
  const [first = {}, ...later] = documents;

  it("is made once", async () => {
    expect(await apply(change(kinds.policy, name, null, fields(first)))).toEqual(done());
    expect(await apply(change(kinds.policy, name, null, fields(first)))).toEqual(done(false));
    const other = change(kinds.policy, name, null, fields(later[0] ?? {}));
    expect(await apply(other)).toEqual([expect.objectContaining({ status: "refused" })]);
  });

  it("is changed as often as need be, though IAM keeps five versions", async () => {
    await apply(change(kinds.policy, name, null, fields(first)));
    let before = first;
    for (const document of later) {
      expect(await apply(change(kinds.policy, name, fields(before), fields(document)))).toEqual(done());
      before = document;
    }
    expect((await read()).policies.find((it) => it.name === name)?.document).toEqual(documents.at(-1));
    const versions = await send(new ListPolicyVersionsCommand({ PolicyArn: policyArn(name) }));
    expect(versions.Versions?.length).toBeLessThanOrEqual(5);
  });

  it("is deleted with its versions", async () => {
    await apply(change(kinds.policy, name, null, fields(first)));
    await apply(change(kinds.policy, name, fields(first), fields(later[0] ?? {})));
    expect(await apply(change(kinds.policy, name, { name, path }, null))).toEqual(done());
    await expect(send(new GetPolicyCommand({ PolicyArn: policyArn(name) }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });

  it("stays where something that isn't ours uses it, and says so", async () => {
    await apply(change(kinds.policy, name, null, fields(first)));
    await send(new CreateUserCommand({ UserName: "foreign" }));
    await send(new AttachUserPolicyCommand({ UserName: "foreign", PolicyArn: policyArn(name) }));
    const inUse = { status: "failed", error: expect.objectContaining({ code: "Users.PolicyInUse" }) };
    expect(await apply(change(kinds.policy, name, { name, path }, null))).toEqual([expect.objectContaining(inUse)]);
  });
});
