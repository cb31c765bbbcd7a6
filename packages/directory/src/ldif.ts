/** Reads LDIF (RFC 2849): the content of a directory as text. Changes and references to other files are refused. */

import { isUtf8 } from "node:buffer";
import { isDn } from "./dn.ts";
import type { Entry } from "./entry.ts";
import { badLdif } from "./errors.ts";

interface LogicalLine {
  readonly text: string;
  /** Where it begins in the file, from 1. */
  readonly line: number;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ATTRIBUTE_DESCRIPTION = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)(?:;[A-Za-z0-9-]+)*$/;

/**
 * The entries of an LDIF file. UTF-8 outside of base64 is taken as well: many tools write it so.
 * @param file its name, for errors
 * @throws Directory.BadLdif, with the line
 */
export function parseLdif(content: Buffer, file: string): readonly Entry[] {
  if (!isUtf8(content)) throw badLdif(file, lineOfBrokenText(content), "the text isn't UTF-8");
  const entries: Entry[] = [];
  for (const [index, record] of splitRecords(content.toString(), file).entries()) {
    const lines = index === 0 ? withoutVersion(record, file) : record;
    if (lines.length > 0) entries.push(parseRecord(lines, file));
  }
  return entries;
}

/** Unfolds lines, drops comments, and splits at empty lines. */
function splitRecords(content: string, file: string): readonly (readonly LogicalLine[])[] {
  const records: LogicalLine[][] = [[]];
  let current: { text: string; line: number } | null = null;
  const physical = content.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [index, text] of physical.entries()) {
    if (text.startsWith(" ")) {
      if (current === null) throw badLdif(file, index + 1, "a continued line follows nothing");
      current.text += text.slice(1);
      continue;
    }
    current = null;
    if (text === "") {
      records.push([]);
      continue;
    }
    current = { text, line: index + 1 };
    records.at(-1)?.push(current);
  }
  return records
    .map((record) => record.filter(({ text }) => !text.startsWith("#")))
    .filter((record) => record.length > 0);
}

function withoutVersion(record: readonly LogicalLine[], file: string): readonly LogicalLine[] {
  const [first, ...rest] = record;
  const version = first && /^version: *(.*)$/i.exec(first.text)?.[1];
  if (!first || version === undefined) return record;
  if (version !== "1") throw badLdif(file, first.line, `version ${version} is unknown; there is only version 1`);
  return rest;
}

function parseRecord(lines: readonly LogicalLine[], file: string): Entry {
  const attributes = new Map<string, Buffer[]>();
  let dn: string | undefined;
  for (const { text, line } of lines) {
    const { name, value } = parseLine(text, line, file);
    if (dn === undefined) {
      dn = value.toString();
      if (name !== "dn") throw badLdif(file, line, `an entry begins with “dn:”, not with “${name}:”`);
      if (dn === "" || !isDn(dn)) throw badLdif(file, line, `“${dn}” is not a distinguished name`);
      continue;
    }
    if (name === "dn") throw badLdif(file, line, "an empty line is missing before the next entry");
    if (name === "changetype" || name === "control") {
      throw badLdif(file, line, "it holds changes, and what is needed is the content of the directory");
    }
    const values = attributes.get(name);
    if (values) values.push(value);
    else attributes.set(name, [value]);
  }
  return { dn: dn ?? "", attributes };
}

function parseLine(text: string, line: number, file: string): { readonly name: string; readonly value: Buffer } {
  const colon = text.indexOf(":");
  const description = text.slice(0, colon);
  if (colon < 0 || !ATTRIBUTE_DESCRIPTION.test(description)) {
    throw badLdif(file, line, "it has neither the form “attribute: value” nor a continued line's leading space");
  }
  const name = description.toLowerCase();
  const rest = text.slice(colon + 1);
  if (rest.startsWith("<")) throw badLdif(file, line, `the value of ${name} stands in another file, which isn't read`);
  if (!rest.startsWith(":")) return { name, value: Buffer.from(rest.replace(/^ */, "")) };
  const base64 = rest.slice(1).trim();
  if (!BASE64.test(base64)) throw badLdif(file, line, `the value of ${name} is not base64`);
  return { name, value: Buffer.from(base64, "base64") };
}

function lineOfBrokenText(content: Buffer): number {
  let line = 1;
  for (let start = 0; start < content.length; line += 1) {
    const end = content.indexOf(0x0a, start);
    if (end < 0 || !isUtf8(content.subarray(start, end))) return line;
    start = end + 1;
  }
  return line;
}
