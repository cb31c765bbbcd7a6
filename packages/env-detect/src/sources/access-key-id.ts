/** The account that an access key id carries inside: undocumented, so a hint and never more. */

/** Only ids issued since about 2019 carry it: there the first bit is set, so the fifth letter is Q to Z or 2 to 7. */
const CARRIES_ACCOUNT = /^(?:AKIA|ASIA)([Q-Z2-7][A-Z2-7]{15})$/;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The 12-digit account id, or undefined when the key id is old or not a key id. */
export function accountOfAccessKeyId(accessKeyId: string): string | undefined {
  const letters = CARRIES_ACCOUNT.exec(accessKeyId)?.[1];
  if (letters === undefined) return undefined;
  // The account is bits 1 to 40 of base32 text: ten letters hold them, and stay within what a number can hold.
  let bits = 0;
  for (const letter of letters.slice(0, 10)) bits = bits * 32 + BASE32.indexOf(letter);
  const account = Math.floor(bits / 2 ** 9) % 2 ** 40;
  return account < 1e12 ? String(account).padStart(12, "0") : undefined;
}
