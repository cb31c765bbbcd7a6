/** Deleting a user, in the order that IAM asks for (IAM User Guide, “Remove or deactivate an IAM user”). */

import {
  AttachUserPolicyCommand,
  DeactivateMFADeviceCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  DetachUserPolicyCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListUserPoliciesCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import { arnsOf } from "./actual.ts";
import type { ApplyContext } from "./apply-context.ts";
import type { IamApi } from "./iam-api.ts";
import { leaverPolicy } from "./model.ts";
import { listKeys } from "./user-keys.ts";

/** The virtual MFA device that is being deleted: once taken from its user, nothing else would tell whose it was. */
const deviceTag = "bulkhead:mfa";

/** Denied before all else and until the very end, so that whatever is cut off in between leaves nobody with rights. */
export async function deleteUser(
  { api, policyArn }: ApplyContext,
  user: { readonly name: string; readonly tags: Readonly<Record<string, string>> },
): Promise<void> {
  const UserName = user.name;
  const denial = policyArn(leaverPolicy);
  await api.attach(new AttachUserPolicyCommand({ UserName, PolicyArn: denial }));
  await api.unlessGone(new DeleteLoginProfileCommand({ UserName }));
  for (const key of await listKeys(api, UserName)) await key.delete();
  await deleteDevices(api, UserName, user.tags[deviceTag]);

  const inline = await api.readAll(
    (page) => new ListUserPoliciesCommand({ UserName, ...page }),
    (answer) => answer.PolicyNames,
  );
  for (const PolicyName of inline) await api.unlessGone(new DeleteUserPolicyCommand({ UserName, PolicyName }));
  const groups = await api.readAll(
    (page) => new ListGroupsForUserCommand({ UserName, ...page }),
    (answer) => answer.Groups,
  );
  for (const { GroupName } of groups) await api.unlessGone(new RemoveUserFromGroupCommand({ UserName, GroupName }));
  const attached = await api.readAll(
    (page) => new ListAttachedUserPoliciesCommand({ UserName, ...page }),
    (answer) => arnsOf(answer.AttachedPolicies),
  );
  for (const PolicyArn of [...attached.filter((arn) => arn !== denial), denial]) {
    await api.unlessGone(new DetachUserPolicyCommand({ UserName, PolicyArn }));
  }
  await api.unlessGone(new DeleteUserCommand({ UserName }));
}

/** @param unfinished a virtual device that an earlier run may have taken from the user and not deleted */
async function deleteDevices(api: IamApi, UserName: string, unfinished: string | undefined): Promise<void> {
  const devices = await api.readAll(
    (page) => new ListMFADevicesCommand({ UserName, ...page }),
    (answer) => answer.MFADevices,
  );
  const serials = devices.map(({ SerialNumber = "" }) => SerialNumber);
  if (unfinished !== undefined && !serials.includes(unfinished)) await deleteVirtual(api, unfinished);
  for (const SerialNumber of serials) {
    const isVirtual = /^arn:[^:]+:iam::\d{12}:mfa\//.test(SerialNumber);
    if (isVirtual) await api.write(new TagUserCommand({ UserName, Tags: [{ Key: deviceTag, Value: SerialNumber }] }));
    await api.unlessGone(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    if (isVirtual) await deleteVirtual(api, SerialNumber);
  }
}

function deleteVirtual(api: IamApi, SerialNumber: string): Promise<void> {
  return api.unlessGone(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
}
