// What Organizations refuses about policies: moto stores any text and attaches anything to anything.
import type { Backend } from "../backend.ts";
import type { Fields } from "../request.ts";
import { organizations, refuse } from "./rule.ts";
import type { Rule } from "./rule.ts";

const SERVICE_CONTROL_POLICY = "SERVICE_CONTROL_POLICY";
const MAX_CHARACTERS = 10_240;

/** A policy's content is JSON, and a service control policy has a maximum size. */
export function policyContent(backend: Backend): Rule {
  return {
    name: "A policy is JSON; a service control policy has at most 10,240 characters",
    page: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html",
    operations: organizations("CreatePolicy", "UpdatePolicy"),
    async handle(call, next) {
      const { Content, Type, PolicyId } = call.request.input;
      if (Content === undefined) return next(call);
      if (!isJsonObject(String(Content))) {
        throw refuse(
          "MalformedPolicyDocumentException",
          "The provided policy document does not meet the requirements of the specified policy type.",
        );
      }
      const type = Type ?? (await summary(backend, PolicyId))["Type"];
      if (type === SERVICE_CONTROL_POLICY && String(Content).length > MAX_CHARACTERS) {
        const message = "You have exceeded the maximum size of a policy document.";
        throw refuse("ConstraintViolationException", message, "POLICY_CONTENT_LIMIT_EXCEEDED");
      }
      return next(call);
    },
  };
}

/** A policy is attached once, and only if its type is enabled in the root. */
export function attachPolicy(backend: Backend): Rule {
  return {
    name: "A policy is attached once, and only if its type is enabled in the root",
    page: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html",
    operations: organizations("AttachPolicy"),
    async handle(call, next) {
      const { PolicyId, TargetId } = call.request.input;
      const { Type } = await summary(backend, PolicyId);
      const { Roots } = await backend.organizations("ListRoots");
      const enabled = (Roots as { PolicyTypes: Fields[] }[]).flatMap((root) => root.PolicyTypes);
      if (!enabled.some((type) => type["Type"] === Type && type["Status"] === "ENABLED")) {
        throw refuse("PolicyTypeNotEnabledException", "This operation can be performed only for enabled policy types.");
      }
      const attached = await backend.organizations("ListPoliciesForTarget", {
        TargetId,
        Filter: Type,
        MaxResults: 1_000_000,
      });
      if ((attached["Policies"] as Fields[]).some((policy) => policy["Id"] === PolicyId)) {
        throw refuse(
          "DuplicatePolicyAttachmentException",
          "A policy with the same name and type already exists on the target.",
        );
      }
      return next(call);
    },
  };
}

async function summary(backend: Backend, policyId: unknown): Promise<Fields> {
  const { Policy } = await backend.organizations("DescribePolicy", { PolicyId: policyId });
  return (Policy as { PolicySummary: Fields }).PolicySummary;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
