/**
 * Looks into a ready zip before it is sent anywhere: that it is whole, holds what its directory says and nothing that
 * leads out, and isn't a bomb. Sizes are added up before anything is unpacked, and nothing is unpacked beyond them.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

import { crc32, inflateRawSync } from "node:zlib";
import { posix } from "node:path";
import { brokenZip } from "./errors.ts";
import { checkUnzipped } from "./limits.ts";
import { byCodePoint, checkNames } from "./names.ts";
import type { Where } from "@bulkhead/core";
import type { SizedFile } from "./model.ts";

interface Entry extends SizedFile {
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly offset: number;
  /** Of Unix; 0 where the zip was made elsewhere. */
  readonly mode: number;
}

const endBytes = 22;
const longestComment = 0xffff;
const kinds = { mask: 0o170_000, folder: 0o040_000, file: 0o100_000, link: 0o120_000 } as const;
const longestLink = 4_096;

/**
 * @param path of the zip, as it was declared
 * @returns its files, sorted
 * @throws Bundle.BrokenZip, Bundle.BadName, Bundle.SameName, Bundle.TooLarge
 */
export function inspectZip(zip: Buffer, path: string, where: Where | undefined): readonly SizedFile[] {
  const broken = (reason: string) => brokenZip(path, reason);
  const entries = readDirectory(zip, broken);
  checkNames(
    entries.map(({ path: name }) => name.replace(/\/$/, "")),
    path,
  );
  checkUnzipped(path, entries, where);
  const files = entries.filter(({ path: name }) => !name.endsWith("/"));
  if (files.length === 0) throw broken("there is no file in it");
  const links = new Set<string>();
  for (const entry of entries) {
    const content = unpack(zip, entry, broken);
    const kind = entry.mode & kinds.mask;
    if (kind === kinds.link) {
      links.add(entry.path);
      checkLink(entry, content, broken);
    } else if (kind !== 0 && kind !== kinds.file && kind !== kinds.folder) {
      throw broken(`${entry.path} is neither a file nor a folder`);
    }
  }
  const through = files.find(({ path: name }) => foldersOf(name).some((folder) => links.has(folder)));
  if (through) throw broken(`${through.path} lies behind a link`);
  return files.map(({ path: name, bytes }) => ({ path: name, bytes })).sort((a, b) => byCodePoint(a.path, b.path));
}

type Broken = (reason: string) => Error;

function readDirectory(zip: Buffer, broken: Broken): readonly Entry[] {
  const end = zip.lastIndexOf("PK\x05\x06", zip.length - endBytes, "latin1");
  if (end < 0 || zip.length - end > endBytes + longestComment) throw broken("it has no directory");
  const count = zip.readUInt16LE(end + 10);
  const start = zip.readUInt32LE(end + 16);
  if (count === 0xffff || start === 0xffffffff) throw broken("it is a ZIP64 archive");
  const entries: Entry[] = [];
  let at = start;
  while (entries.length < count) {
    if (at + 46 > end || zip.toString("latin1", at, at + 4) !== "PK\x01\x02") throw broken("its directory is damaged");
    const flags = zip.readUInt16LE(at + 8);
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28);
    if (nameEnd > end) throw broken("its directory is damaged");
    const path = zip.toString("utf8", at + 46, nameEnd);
    if ((flags & 1) !== 0) throw broken(`${path} is encrypted`);
    // Sizes and offset together: one that doesn't fit is in ZIP64's extra field.
    if ([20, 24, 42].some((field) => zip.readUInt32LE(at + field) === 0xffffffff))
      throw broken("it is a ZIP64 archive");
    entries.push({
      path,
      bytes: zip.readUInt32LE(at + 24),
      method: zip.readUInt16LE(at + 10),
      crc: zip.readUInt32LE(at + 16),
      packedBytes: zip.readUInt32LE(at + 20),
      offset: zip.readUInt32LE(at + 42),
      mode: zip.readUInt8(at + 5) === 3 ? zip.readUInt16LE(at + 40) : 0,
    });
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function unpack(zip: Buffer, { path, offset, packedBytes, method, bytes, crc }: Entry, broken: Broken): Buffer {
  const damaged = broken(`${path} is damaged`);
  if (offset + 30 > zip.length || zip.toString("latin1", offset, offset + 4) !== "PK\x03\x04") throw damaged;
  const nameEnd = offset + 30 + zip.readUInt16LE(offset + 26);
  // Whoever unpacks may go by either name.
  if (zip.toString("utf8", offset + 30, nameEnd) !== path) throw broken(`${path} has another name in its head`);
  const begin = nameEnd + zip.readUInt16LE(offset + 28);
  if (begin + packedBytes > zip.length) throw damaged;
  const content = inflate(zip.subarray(begin, begin + packedBytes));
  if (content.length !== bytes || crc32(content) !== crc) throw damaged;
  return content;

  function inflate(packed: Buffer): Buffer {
    if (method === 0) return packed;
    if (method !== 8) throw broken(`${path} is packed by a method that Lambda doesn't know`);
    try {
      return inflateRawSync(packed, { maxOutputLength: Math.max(bytes, 1) });
    } catch {
      throw damaged;
    }
  }
}

function checkLink({ path }: Entry, content: Buffer, broken: Broken): void {
  const target = content.toString("utf8", 0, longestLink);
  const leads = posix.normalize(posix.join(posix.dirname(path), target));
  if (target.startsWith("/") || leads === ".." || leads.startsWith("../")) throw broken(`the link ${path} leads out`);
}

/** `a` and `a/b` of `a/b/c`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
