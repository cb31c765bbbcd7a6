/** Public keys for tests: encoded by hand, so that each part can be wrong on its own. */

import { createECDH } from "node:crypto";

/** SSH's wire format: each part with its length ahead. */
export function wire(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part as string, "latin1");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** An authorized_keys line: the type, and these parts after it. */
export function line(type: string, ...parts: readonly (string | Buffer)[]): string {
  return `${type} ${wire(type, ...parts).toString("base64")}`;
}

/** An Ed25519 key, another for each number. */
export function ed25519(number = 1): string {
  return line("ssh-ed25519", Buffer.alloc(32, number));
}

/** An RSA key with a modulus of so many bits (a multiple of 8). */
export function rsa(bits: number): string {
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.alloc(bits / 8, 0xff)]);
  return line("ssh-rsa", Buffer.from([1, 0, 1]), modulus);
}

/** A point of a curve, which Node knows by this name; uncompressed. */
export function point(curve: "prime256v1" | "secp384r1" | "secp521r1"): Buffer {
  const pair = createECDH(curve);
  pair.setPrivateKey(Buffer.alloc(32, 7));
  return pair.getPublicKey();
}
