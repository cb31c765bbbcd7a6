/** What stands in the file of revoked keys. */

import { expect, test } from "@jest/globals";
import { isKrl, revokedKeysText } from "./revoked.ts";
import { ed25519 } from "./testing/keys.ts";

test("a key is revoked when it is taken, stays so, and comes out when somebody may sign in with it again", () => {
  const [one, two, three] = [ed25519(1), ed25519(2), ed25519(3)];
  const first = revokedKeysText([], [two, one, two], new Set());
  expect(first).toBe(`${one} bulkhead\n${two} bulkhead\n`);
  const lines = first.trim().split("\n");
  expect(revokedKeysText(lines, [three], new Set([one]))).toBe(`${two} bulkhead\n${three} bulkhead\n`);
  expect(revokedKeysText(lines, [], new Set())).toBe(first);
  expect(revokedKeysText([], [one], new Set([one]))).toBe("");
});

test("what an administrator revoked stays revoked, whoever has the key", () => {
  const lines = ["# stolen on Monday", ed25519(1), `${ed25519(2)} laptop`];
  expect(revokedKeysText(lines, [ed25519(3)], new Set([ed25519(1), ed25519(2)]))).toBe(
    `${lines.join("\n")}\n${ed25519(3)} bulkhead\n`,
  );
});

test("nothing of ours gets in that sshd can't read", () => {
  const lines = ["nonsense bulkhead", `${ed25519(1)} bulkhead`];
  const taken = ["no key", `restrict ${ed25519(2)}`, `${ed25519(3)} laptop`];
  expect(revokedKeysText(lines, taken, new Set())).toBe(`${ed25519(1)} bulkhead\n${ed25519(3)} bulkhead\n`);
});

test("OpenSSH's own format is known as that", () => {
  expect(isKrl("SSHKRL\n\u0000\u0000".split("\n"))).toBe(true);
  expect(isKrl([ed25519(1)])).toBe(false);
  expect(isKrl([])).toBe(false);
});
