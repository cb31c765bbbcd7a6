/**
 * CloudFormation's limits, so that a person hears of all at once and before anything is sent.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */

import { throwAny } from "@bulkhead/core";
import { overLimit } from "./errors.ts";

/** Bytes of a template in the call itself. */
export const inlineBytes = 51_200;
/** Bytes of a template in S3. */
const bucketBytes = 1_000_000;
/** Bytes of a stack policy in the call. */
export const policyBytes = 16_384;

const sections = { Mappings: 200, Outputs: 200, Parameters: 200, Resources: 500 } as const;
const descriptionBytes = 1_024;
const parameterBytes = 4_096;
const tagsOfAStack = 50;
const tagValueCharacters = 256;

/** @throws BulkheadError `CloudFormation.TemplateLimit` */
export function checkSize(text: string, path: string): void {
  const size = Buffer.byteLength(text);
  if (size > bucketBytes) throw overLimit(path, "bytes", size, bucketBytes);
}

/** @throws BulkheadError `CloudFormation.TemplateLimit` */
export function checkLimits(content: Readonly<Record<string, unknown>>, path: string): void {
  const description = Buffer.byteLength(String(content["Description"] ?? ""));
  throwAny([
    ...(description > descriptionBytes ? [overLimit(path, "bytes of description", description, descriptionBytes)] : []),
    ...Object.entries(sections).flatMap(([section, limit]) => {
      const count = Object.keys(content[section] ?? {}).length;
      return count > limit ? [overLimit(path, section.toLowerCase(), count, limit)] : [];
    }),
  ]);
}

/** @throws BulkheadError `CloudFormation.TemplateLimit`; a value never appears in it */
export function checkValues(
  name: string,
  parameters: ReadonlyMap<string, string>,
  tags: ReadonlyMap<string, string>,
): void {
  throwAny([
    ...[...parameters].flatMap(([parameter, value]) => {
      const size = Buffer.byteLength(value);
      return size > parameterBytes ? [overLimit(name, `bytes in parameter ${parameter}`, size, parameterBytes)] : [];
    }),
    ...(tags.size > tagsOfAStack ? [overLimit(name, "tags", tags.size, tagsOfAStack)] : []),
    ...[...tags].flatMap(([tag, value]) =>
      value.length > tagValueCharacters
        ? [overLimit(name, `characters in tag ${tag}`, value.length, tagValueCharacters)]
        : [],
    ),
  ]);
}
