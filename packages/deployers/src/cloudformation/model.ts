/** What a stack is: as it is wanted, as it was found, and what a change set would do to it. */

import type { Where } from "@bulkhead/core";
import type { Declared } from "../deploy-file/declared.ts";
import type { HooksInput, ParameterInput, SingleInput } from "../deploy-file/schema.ts";
import type { Polled, PolledEvent } from "../poller.ts";

/** A stack as the deploy file or flags declare it: paths and look-ups, nothing read yet. */
export interface StackDeclaration {
  /** What the deploy file calls it. */
  readonly key: string;
  /** What AWS calls it. */
  readonly name: string;
  readonly templatePath: string;
  readonly parameters: ReadonlyMap<string, Declared<ParameterInput>>;
  readonly tags: ReadonlyMap<string, Declared<SingleInput>>;
  readonly capabilities: readonly string[];
  /** Path of a policy, `none`, or undefined for the default one. */
  readonly stackPolicy: string | undefined;
  /** Undefined: left as it is. */
  readonly terminationProtection: boolean | undefined;
  readonly roleArn: string | undefined;
  readonly notificationArns: readonly string[];
  /** Keys of other stacks. */
  readonly dependsOn: readonly string[];
  readonly hooks: HooksInput;
  readonly where: Where | undefined;
}

export type WantedParameter =
  | { readonly kind: "value"; readonly value: string; readonly secret: boolean }
  /** As it is in the stack. */
  | { readonly kind: "previous" };

/** A template as it is sent. */
export interface SentTemplate {
  readonly text: string;
  /** Where it lies in the artifact bucket; without it the text itself is sent. */
  readonly url: string | undefined;
  /** Whether two equal texts can stand for different things: macros, dynamic references, templates elsewhere. */
  readonly volatile: boolean;
  /** Its parameters, by name. */
  readonly parameters: ReadonlyMap<string, TemplateParameter>;
}

export interface TemplateParameter {
  readonly hasDefault: boolean;
  readonly noEcho: boolean;
}

export interface WantedStack {
  readonly key: string;
  readonly name: string;
  readonly application: string;
  readonly environment: string | undefined;
  readonly template: SentTemplate;
  /** One for each parameter of the template that has a value of its own here. */
  readonly parameters: ReadonlyMap<string, WantedParameter>;
  /** With the tags that say whose it is. */
  readonly tags: ReadonlyMap<string, string>;
  readonly capabilities: readonly string[];
  /** The stack policy as JSON. */
  readonly policy: string;
  readonly terminationProtection: boolean | undefined;
  readonly roleArn: string | undefined;
  readonly notificationArns: readonly string[];
  readonly where: Where | undefined;
}

export interface FoundStack extends Polled {
  /** The stack's ARN. */
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly reason: string | undefined;
  /** Values as AWS shows them; those of NoEcho parameters are masked. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
  readonly roleArn: string | undefined;
  readonly notificationArns: readonly string[];
  readonly terminationProtection: boolean;
  /** Nested in another stack. */
  readonly parentId: string | undefined;
  readonly description: string | undefined;
}

export interface StackEvent extends PolledEvent {
  readonly stackId: string;
  readonly logicalId: string;
  readonly physicalId: string | undefined;
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly token: string | undefined;
}

export interface PropertyChange {
  /** `Properties.BucketName`, `Tags`. */
  readonly path: string;
  /** As text; undefined where AWS doesn't say. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly recreation: "Never" | "Conditionally" | "Always";
}

export interface ResourceChange {
  readonly action: "Add" | "Modify" | "Remove" | "Import" | "Dynamic";
  /** `Bucket`, or `Child/Bucket` in a nested stack. */
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string | undefined;
  readonly replacement: "True" | "False" | "Conditional" | undefined;
  readonly properties: readonly PropertyChange[];
}

/** Whether the change takes something away that exists. */
export function destroys({ action, replacement }: ResourceChange): boolean {
  return action === "Remove" || replacement === "True";
}

/** Whether it does so only if some value, known when it is carried out, turns out that way. */
export function mayDestroy({ replacement }: ResourceChange): boolean {
  return replacement === "Conditional";
}

export interface ChangeSet {
  readonly id: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly changes: readonly ResourceChange[];
}
