/**
 * Points of the NIST curves: pure. OpenSSH reads no key whose point fails these checks (sshkey_ec_validate_public), and a
 * line in the file of revoked keys that sshd can't read makes it refuse everybody.
 */

import { ECDH } from "node:crypto";

/** By the names of RFC 5656 §10.1; orders of FIPS 186-4, appendix D.1.2. */
const curves = {
  nistp256: {
    name: "prime256v1",
    bits: 256,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  nistp384: {
    name: "secp384r1",
    bits: 384,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  nistp521: {
    name: "secp521r1",
    bits: 521,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
} as const;
export type Curve = keyof typeof curves;

/** Whether it is a point of the curve, uncompressed (SEC 1 §2.3.3), with both coordinates of a size that OpenSSH takes. */
export function isPoint(curve: Curve, bytes: Buffer): boolean {
  const { name, bits, order } = curves[curve];
  const size = Math.ceil(bits / 8);
  if (bytes.length !== 1 + 2 * size || bytes[0] !== 4) return false;
  const coordinates = [bytes.subarray(1, 1 + size), bytes.subarray(1 + size)].map((it) =>
    BigInt(`0x${it.toString("hex")}`),
  );
  const least = 1n << BigInt(Math.floor(bits / 2));
  return coordinates.every((it) => it >= least && it < order - 1n) && isOnCurve(name, bytes);
}

function isOnCurve(name: string, bytes: Buffer): boolean {
  try {
    ECDH.convertKey(bytes, name);
    return true;
  } catch {
    return false;
  }
}
