// The limits of the tree of organizational units: moto takes any name, any depth, and deletes what is filled.
import type { Backend } from "../backend.ts";
import type { Fields } from "../request.ts";
import { oneAtATime, organizations, refuse } from "./rule.ts";
import type { Rule } from "./rule.ts";

const MAX_DEPTH = 5;
const EVERYTHING = { MaxResults: 1_000_000 };

/** A name is used once under a parent, and OUs nest five deep. */
export function createOrganizationalUnit(backend: Backend): Rule {
  const exclusively = oneAtATime();
  return {
    name: "OU names are unique under a parent; OUs nest at most 5 deep",
    page: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html",
    operations: organizations("CreateOrganizationalUnit"),
    handle: (call, next) =>
      exclusively(async () => {
        const { ParentId, Name } = call.request.input;
        const siblings = await backend.organizations("ListOrganizationalUnitsForParent", { ParentId, ...EVERYTHING });
        if ((siblings["OrganizationalUnits"] as Fields[]).some((sibling) => sibling["Name"] === Name)) {
          throw refuse("DuplicateOrganizationalUnitException", "An OU with the same name already exists.");
        }
        if ((await depthBelow(backend, ParentId)) > MAX_DEPTH) {
          const message = "You have exceeded the maximum depth of the organizational unit tree.";
          throw refuse("ConstraintViolationException", message, "OU_DEPTH_LIMIT_EXCEEDED");
        }
        return next(call);
      }),
  };
}

/** Only an empty OU can be deleted; its policies are detached with it. */
export function deleteOrganizationalUnit(backend: Backend): Rule {
  return {
    name: "Only an empty OU can be deleted, and its policies are detached with it",
    page: "https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html",
    operations: organizations("DeleteOrganizationalUnit"),
    async handle(call, next) {
      const id = call.request.input["OrganizationalUnitId"];
      for (const ChildType of ["ACCOUNT", "ORGANIZATIONAL_UNIT"]) {
        const { Children } = await backend.organizations("ListChildren", { ParentId: id, ChildType });
        if ((Children as Fields[]).length > 0) {
          const message =
            "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.";
          throw refuse("OrganizationalUnitNotEmptyException", message);
        }
      }
      for (const Filter of ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]) {
        const attached = await backend.organizations("ListPoliciesForTarget", { TargetId: id, Filter, ...EVERYTHING });
        for (const policy of attached["Policies"] as Fields[]) {
          await backend.organizations("DetachPolicy", { TargetId: id, PolicyId: policy["Id"] });
        }
      }
      return next(call);
    },
  };
}

/** How deep an OU under this parent would be; 1 under the root. */
async function depthBelow(backend: Backend, parentId: unknown): Promise<number> {
  const { Parents } = await backend.organizations("ListParents", { ChildId: parentId });
  const above = (Parents as Fields[])[0];
  return above === undefined ? 1 : 1 + (await depthBelow(backend, above["Id"]));
}
