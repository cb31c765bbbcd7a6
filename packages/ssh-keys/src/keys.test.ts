/** Public keys of the directory: which are taken, which are refused and why; and that no value whatever adds a line. */

import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { fingerprint, lineOf, mostKeys, parseKey, parseKeys, type PublicKey } from "./keys.ts";
import { ed25519, line, point, rsa, wire } from "./testing/keys.ts";

const key = Buffer.alloc(32, 1);
const p256 = point("prime256v1");

test.each<[string, string]>([
  ["Ed25519", ed25519()],
  ["RSA of 2048 bits", rsa(2048)],
  ["RSA of 4096 bits", rsa(4096)],
  ["ECDSA on P-256", line("ecdsa-sha2-nistp256", "nistp256", p256)],
  ["ECDSA on P-384", line("ecdsa-sha2-nistp384", "nistp384", point("secp384r1"))],
  ["ECDSA on P-521", line("ecdsa-sha2-nistp521", "nistp521", point("secp521r1"))],
  ["Ed25519 on a security key", line("sk-ssh-ed25519@openssh.com", key, "ssh:")],
  ["ECDSA on a security key", line("sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", p256, "ssh:")],
])("takes %s, without its comment", (_, value) => {
  for (const spelling of [value, `${value} alice@laptop`, `  ${value}\tcomment with "words"\r\n`]) {
    const parsed = parseKey(spelling) as PublicKey;
    expect(lineOf(parsed)).toBe(value);
  }
});

/** On P-256, with 5 for x: `ssh-keygen -l` takes it for no key. */
const smallPoint = Buffer.from(
  "040000000000000000000000000000000000000000000000000000000000000005459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc",
  "hex",
);
const blob = wire("ssh-ed25519", key).toString("base64");

test.each<[string, string, string]>([
  ["options", `command="rm -rf /" ${ed25519()}`, "begins with options"],
  ["an option alone", `restrict ${ed25519()}`, "begins with options"],
  ["an authority", `cert-authority ${ed25519()}`, "begins with options"],
  ["principals", `cert-authority,principals="root" ${ed25519()}`, "begins with options"],
  ["an environment", `environment="LD_PRELOAD=/tmp/x" ${ed25519()}`, "begins with options"],
  ["a certificate", line("ssh-ed25519-cert-v01@openssh.com", key), "is a certificate"],
  [
    "a certificate under a key's name",
    `ssh-ed25519 ${wire("ssh-ed25519-cert-v01@openssh.com", key).toString("base64")}`,
    "another type",
  ],
  ["DSA", line("ssh-dss", key), "DSA"],
  ["an unknown type", line("ssh-new", key), "no known type"],
  ["a type in capitals", `SSH-ED25519 ${blob}`, "no known type"],
  ["a second line", `${ed25519(1)}\n${ed25519(2)}`, "line feed"],
  ["a carriage return", `${ed25519(1)}\r${ed25519(2)}`, "line feed"],
  ["NUL", `${ed25519()} a\u0000b`, "control character"],
  ["1 MB", `${ed25519()} ${"x".repeat(1_000_000)}`, "is longer than"],
  ["nothing", "  \n", "is empty"],
  ["a type alone", "ssh-ed25519", "no key"],
  ["what isn't base64", "ssh-ed25519 !!!!", "isn't base64"],
  ["base64 that was cut", `ssh-ed25519 ${blob.slice(0, -1)}`, "isn't base64"],
  [
    "base64 for addresses",
    `ssh-ed25519 ${wire("ssh-ed25519", Buffer.alloc(32, 0xff)).toString("base64url")}`,
    "isn't base64",
  ],
  ["another type within", `ssh-ed25519 ${wire("ssh-rsa", key).toString("base64")}`, "another type"],
  ["a short key", line("ssh-ed25519", key.subarray(1)), "isn't a whole Ed25519 key"],
  ["a length beyond the end", `ssh-ed25519 ${Buffer.from([0, 0, 0, 200, 1]).toString("base64")}`, "another type"],
  ["something after the end", line("ssh-ed25519", key, "more"), "something after its end"],
  ["a weak RSA key", rsa(1024), "RSA key of 1024 bits: 2048 is the least"],
  ["an RSA key that is nearly strong", rsa(2040), "RSA key of 2040 bits"],
  [
    "an RSA key beyond all measure",
    line("ssh-rsa", Buffer.from([3]), Buffer.concat([Buffer.from([1]), Buffer.alloc(2049, 0xff)])),
    "16384 is the most",
  ],
  ["an even modulus", line("ssh-rsa", Buffer.from([3]), Buffer.alloc(256, 0x7e)), "isn't a whole RSA key"],
  ["a negative modulus", line("ssh-rsa", Buffer.from([3]), Buffer.alloc(256, 0xff)), "isn't a whole RSA key"],
  [
    "needless zeros",
    line("ssh-rsa", Buffer.from([3]), Buffer.concat([Buffer.alloc(2), Buffer.alloc(256, 0xff)])),
    "isn't a whole RSA key",
  ],
  [
    "the exponent 1",
    line("ssh-rsa", Buffer.from([1]), Buffer.concat([Buffer.from([0]), Buffer.alloc(256, 0xff)])),
    "unusual exponent",
  ],
  ["another curve within", line("ecdsa-sha2-nistp256", "nistp384", point("secp384r1")), "another curve"],
  ["a short point", line("ecdsa-sha2-nistp256", "nistp256", p256.subarray(0, -2)), "isn't a whole ECDSA key"],
  [
    "a point beside its curve",
    line("ecdsa-sha2-nistp256", "nistp256", Buffer.concat([p256.subarray(0, -1), Buffer.from([0])])),
    "isn't a whole ECDSA key",
  ],
  [
    "a point too near to zero for OpenSSH",
    line("ecdsa-sha2-nistp256", "nistp256", smallPoint),
    "isn't a whole ECDSA key",
  ],
  ["a compressed point", line("ecdsa-sha2-nistp256", "nistp256", Buffer.alloc(65, 2)), "isn't a whole ECDSA key"],
  ["a security key for nothing", line("sk-ssh-ed25519@openssh.com", key, ""), "isn't a whole security key"],
  ["a security key without its end", line("sk-ssh-ed25519@openssh.com", key), "isn't a whole security key"],
])("refuses %s", (_, value, reason) => {
  expect(parseKey(value)).toContain(reason);
});

test("several spellings are one key, in the same order whatever the server's", () => {
  const values = [`${ed25519(2)} work`, ed25519(1), `${ed25519(2)} home`];
  const { keys, refused } = parseKeys(values);
  expect(keys.map(lineOf)).toEqual([ed25519(1), ed25519(2)]);
  expect(refused).toEqual([]);
  expect(parseKeys(values.toReversed())).toEqual({ keys, refused });
});

test("nobody has more keys than sshd can try", () => {
  const { keys, refused } = parseKeys(Array.from({ length: mostKeys + 2 }, (_, number) => ed25519(number)));
  expect(keys).toHaveLength(mostKeys);
  expect(refused.map(({ reason }) => reason)).toEqual(Array(2).fill(`is one of more than ${mostKeys} keys`));
});

test("a fingerprint is what ssh-keygen -l shows", () => {
  // Of `ssh-keygen -lf` for this key.
  expect(fingerprint(parseKey(ed25519()) as PublicKey)).toBe(
    "ssh-ed25519 SHA256:RXm/ruZ0eTzRXKwi1AQEDynB0VgHQ2ac9KPSFdf/YnA",
  );
});

test("no value whatever gets more into the file than one type and one key", () => {
  const word = fc.oneof(
    fc.constantFrom(
      ed25519(),
      rsa(2048),
      "ssh-ed25519",
      'command="x"',
      "cert-authority",
      " ",
      "\t",
      "\n",
      "\r",
      "\u0000",
      ",",
    ),
    fc.string(),
    fc.base64String(),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const { keys, refused } = parseKeys([words.join("")]);
      expect(keys.length + refused.length).toBe(1);
      for (const parsed of keys) expect(lineOf(parsed)).toMatch(/^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}$/);
    }),
  );
});
