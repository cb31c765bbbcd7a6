/**
 * Writes zips: the same bytes from the same files, whatever their dates, their order on disk, the time zone, the locale
 * or the version of Node.js. That is why fflate deflates: what zlib makes of the same bytes changes with its version.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

import { deflateSync } from "fflate";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { tooManyFiles } from "./errors.ts";
import { filesLimit } from "./limits.ts";
import { byCodePoint } from "./names.ts";

export interface ZipFile {
  /** With `/` between folders, from the top of the zip. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

const stored = 0;
const deflated = 8;
const namesAreUtf8 = 0x0800;
const neededVersion = 20;
const madeOnUnix = (3 << 8) | neededVersion;
/** The first day that a zip can say, 1980-01-01, at midnight. */
const date = (1 << 5) | 1;
const regularFile = 0o100_000;

/**
 * @param files with names that `checkNames` let pass
 * @throws Bundle.TooManyFiles
 */
export async function writeZip(files: readonly ZipFile[]): Promise<Uint8Array> {
  if (files.length > filesLimit) throw tooManyFiles(filesLimit);
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, content, executable } of [...files].sort((a, b) => byCodePoint(a.path, b.path))) {
    const name = Buffer.from(path);
    const packed = deflateSync(content, { level: 9 });
    const smaller = packed.length < content.length;
    const data = smaller ? packed : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(neededVersion, 0);
    common.writeUInt16LE(namesAreUtf8, 2);
    common.writeUInt16LE(smaller ? deflated : stored, 4);
    common.writeUInt16LE(date, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from("PK\x03\x04"), common, name, data);

    const own = Buffer.alloc(14);
    own.writeUInt32LE((regularFile | (executable ? 0o755 : 0o644)) * 0x10000, 6);
    own.writeUInt32LE(offset, 10);
    const version = Buffer.alloc(2);
    version.writeUInt16LE(madeOnUnix);
    directory.push(Buffer.from("PK\x01\x02"), version, common, own, name);
    offset += 30 + name.length + data.length;
    // Deflating takes long: whoever wants to stop the run is heard in between.
    await setImmediate();
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
