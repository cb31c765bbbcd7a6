/** Stacks as they are wanted: the declaration with its template read and its values looked up. */

import { throwAny, type BulkheadError } from "@bulkhead/core";
import type { Artifact } from "../artifacts/bucket.ts";
import { invalid } from "../errors.ts";
import { ownerTags } from "../owner.ts";
import type { Resolver } from "../lookups/index.ts";
import type { Target } from "../target.ts";
import { unknownParameter } from "./errors.ts";
import { checkValues } from "./limits.ts";
import type { WantedParameter, WantedStack, StackDeclaration } from "./model.ts";
import { defaultPolicy, openPolicy, readPolicyFile } from "./policy.ts";
import { prepareTemplate, type Template } from "./template.ts";

export interface Desired {
  readonly wanted: WantedStack;
  /** What must lie in the artifact bucket before the template is sent. */
  readonly artifacts: readonly Artifact[];
}

/**
 * Looks up what the declaration's values stand for.
 * @throws Lookup.Failed, CloudFormation.UnknownParameter, CloudFormation.TemplateLimit, DeployFile.Invalid
 */
export async function desiredStack(
  declaration: StackDeclaration,
  template: Template,
  target: Target,
  resolver: Resolver,
  urlOf: ((key: string) => string) | undefined,
): Promise<Desired> {
  throwAny(checkDeclaration(declaration, template));
  const parameters = new Map<string, WantedParameter>(
    await Promise.all(
      [...declaration.parameters].map(async ([name, { input, where }]): Promise<[string, WantedParameter]> => {
        if (typeof input === "object" && "previous" in input) return [name, { kind: "previous" }];
        return [name, { kind: "value", ...(await resolver.resolve({ input, where })) }];
      }),
    ),
  );
  throwAny(checkSecrets(declaration, template, parameters));
  const own = new Map(
    await Promise.all(
      [...declaration.tags].map(async ([name, declared]) => {
        const { value, secret } = await resolver.resolve(declared);
        if (secret)
          throw invalid(`Tag ${name} of ${declaration.key} would show a secret`, declared.where ?? { file: "" });
        return [name, value] as const;
      }),
    ),
  );
  const { application, environment } = target;
  const tags = new Map([...own, ...ownerTags(target)]);
  const values = [...parameters].flatMap(([name, it]) => (it.kind === "value" ? [[name, it.value] as const] : []));
  checkValues(declaration.name, new Map(values), tags);
  const { sent, artifacts } = prepareTemplate(template, urlOf);
  const { key, name, capabilities, terminationProtection, roleArn, notificationArns, where } = declaration;
  return {
    artifacts,
    wanted: {
      ...{ key, name, application, environment, capabilities, terminationProtection, roleArn, notificationArns, where },
      template: sent,
      parameters,
      tags,
      policy: policyOf(declaration),
    },
  };
}

/** The stack policy that a declaration means, as JSON. */
function policyOf({ stackPolicy }: StackDeclaration): string {
  if (stackPolicy === undefined) return defaultPolicy;
  return stackPolicy === "none" ? openPolicy : readPolicyFile(stackPolicy);
}

/** What is wrong whatever the values are. */
export function checkDeclaration({ parameters }: StackDeclaration, template: Template): readonly BulkheadError[] {
  const known = [...template.parameters.keys()];
  return [...parameters].flatMap(([name, { where }]) =>
    known.includes(name) ? [] : [unknownParameter(name, known, where)],
  );
}

/** AWS shows every parameter that isn't NoEcho. */
function checkSecrets(
  declaration: StackDeclaration,
  template: Template,
  parameters: ReadonlyMap<string, WantedParameter>,
): readonly BulkheadError[] {
  return [...parameters].flatMap(([name, parameter]) => {
    const shown = parameter.kind === "value" && parameter.secret && !template.parameters.get(name)?.noEcho;
    if (!shown) return [];
    const where = declaration.parameters.get(name)?.where ?? { file: template.path };
    return [
      invalid(
        `Parameter ${name} of ${declaration.key} is a secret, but everybody who may read the stack would see it`,
        where,
        `Give the parameter NoEcho: true in ${template.path}.`,
      ),
    ];
  });
}
