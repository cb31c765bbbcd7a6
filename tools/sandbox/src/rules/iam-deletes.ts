// What has something left can't be deleted: moto takes a user's keys, password, devices and groups with it.
import { Refusal } from "../answer.ts";
import type { Backend } from "../backend.ts";
import { elements } from "./iam-xml.ts";
import type { Call, Rule } from "./rule.ts";

/** For each deletion what must be gone first: the call that shows it, an element of it, and what AWS calls it. */
const LEFT: Readonly<Record<string, readonly (readonly [operation: string, element: string, what: string])[]>> = {
  DeleteUser: [
    ["GetLoginProfile", "UserName", "must delete login profile first"],
    ["ListAccessKeys", "AccessKeyId", "must delete access keys first"],
    ["ListSigningCertificates", "CertificateId", "must delete signing certificates first"],
    ["ListSSHPublicKeys", "SSHPublicKeyId", "must delete SSH public keys first"],
    ["ListMFADevices", "SerialNumber", "must delete MFA device first"],
    ["ListUserPolicies", "member", "must delete policies first"],
    ["ListAttachedUserPolicies", "PolicyArn", "must detach all policies first"],
    ["ListGroupsForUser", "GroupName", "must remove users from group first"],
  ],
  DeleteGroup: [
    ["GetGroup", "UserName", "must remove users from group first"],
    ["ListGroupPolicies", "member", "must delete policies first"],
    ["ListAttachedGroupPolicies", "PolicyArn", "must detach all policies first"],
  ],
  DeletePolicy: [
    ["ListEntitiesForPolicy", "UserName", "must detach all policies first"],
    ["ListEntitiesForPolicy", "GroupName", "must detach all policies first"],
  ],
};
const NAMES = ["UserName", "GroupName", "PolicyArn"];

/** DeleteUser, DeleteGroup and DeletePolicy are refused while anything is attached. */
export function deleteConflict(backend: Backend): Rule {
  const isLeft = async (call: Call, operation: string, element: string): Promise<boolean> => {
    const { input } = call.request;
    const name = NAMES.filter((key) => input[key] !== undefined).map((key) => [key, String(input[key])] as const);
    const answer = await backend.iam(call.account, operation, Object.fromEntries(name));
    return answer.status === 200 && elements(answer.body.toString(), element).length > 0;
  };
  return {
    name: "A user, group or policy with something left can't be deleted",
    page: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html",
    operations: Object.keys(LEFT).map((operation) => `iam:${operation}`),
    async handle(call, next) {
      for (const [operation, element, what] of LEFT[call.request.operation] ?? []) {
        if (await isLeft(call, operation, element)) {
          throw new Refusal(409, "DeleteConflict", `Cannot delete entity, ${what}.`);
        }
      }
      return next(call);
    },
  };
}
