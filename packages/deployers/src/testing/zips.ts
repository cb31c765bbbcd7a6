/** Zips by hand, entry by entry, for tests of what no honest tool writes. */

import { crc32, deflateRawSync } from "node:zlib";

export interface HandmadeEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** Of Unix, with the file's kind. */
  readonly mode?: number;
  /** What the directory says, where it lies. */
  readonly claims?: {
    readonly bytes?: number;
    readonly crc?: number;
    readonly name?: string;
    readonly method?: number;
  };
  readonly flags?: number;
}

export function handmadeZip(entries: readonly HandmadeEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = "x", mode = 0o100_644, claims = {}, flags = 0x800 } of entries) {
    const body = Buffer.from(content);
    const packed = deflateRawSync(body);
    const common = (path: Buffer): Buffer => {
      const head = Buffer.alloc(26);
      head.writeUInt16LE(20, 0);
      head.writeUInt16LE(flags, 2);
      head.writeUInt16LE(claims.method ?? 8, 4);
      head.writeUInt32LE(claims.crc ?? crc32(body), 10);
      head.writeUInt32LE(packed.length, 14);
      head.writeUInt32LE(claims.bytes ?? body.length, 18);
      head.writeUInt16LE(path.length, 22);
      return head;
    };
    const path = Buffer.from(name);
    const listed = Buffer.from(claims.name ?? name);
    parts.push(Buffer.from("PK\x03\x04"), common(path), path, packed);
    const own = Buffer.alloc(14);
    own.writeUInt32LE(mode * 0x10000, 6);
    own.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x03"), common(listed), own, listed);
    offset += 30 + path.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
