/** Pieces of IAM's answers, and of its input, that users and roles have in common. */

import type { Fields } from "@bulkhead/sandbox/wire";

export const created = "<CreateDate>2026-01-01T00:00:00Z</CreateDate>";

/** A list that ends with this page. */
export const complete = "<IsTruncated>false</IsTruncated>";

/** The page that is asked for, and what says where the next one begins. */
export function cut<T>(all: readonly T[], input: Fields): { page: readonly T[]; rest: string } {
  const start = Number(input["Marker"] ?? 0);
  const end = start + Number(input["MaxItems"] ?? 100);
  const rest = end < all.length ? `<IsTruncated>true</IsTruncated><Marker>${end}</Marker>` : complete;
  return { page: all.slice(start, end), rest };
}

export function listXml(name: string, items: readonly string[]): string {
  return `<${name}>${items.map((item) => `<member>${item}</member>`).join("")}</${name}>`;
}

export function attachedXml(list: string, arns: ReadonlySet<string>): string {
  const items = [...arns].map((arn) => `<PolicyName>${nameOf(arn)}</PolicyName><PolicyArn>${arn}</PolicyArn>`);
  return listXml(list, items);
}

export function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

export function tagsOf(input: Fields): Map<string, string> {
  const tags = new Map<string, string>();
  for (let number = 1; ; number++) {
    const key = input[`Tags.member.${number}.Key`];
    if (key === undefined) return tags;
    tags.set(String(key), String(input[`Tags.member.${number}.Value`]));
  }
}

export function tagsXml(tags: ReadonlyMap<string, string>): string {
  return listXml(
    "Tags",
    [...tags].map(([key, value]) => `<Key>${key}</Key><Value>${value}</Value>`),
  );
}
