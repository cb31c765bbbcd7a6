/** LDAP result codes (RFC 4511 §4.1.9) and what they mean for a read. */

export interface LdapResult {
  readonly code: number;
  /** The server's own words, often empty. */
  readonly message: string;
  /** Where else to ask, with the code referral. */
  readonly referrals: readonly string[];
}

export const SUCCESS = 0;
export const REFERRAL = 10;

const names: Readonly<Record<number, string>> = {
  1: "operationsError",
  2: "protocolError",
  3: "timeLimitExceeded",
  4: "sizeLimitExceeded",
  7: "authMethodNotSupported",
  8: "strongerAuthRequired",
  9: "partialResults",
  10: "referral",
  11: "adminLimitExceeded",
  12: "unavailableCriticalExtension",
  13: "confidentialityRequired",
  32: "noSuchObject",
  34: "invalidDNSyntax",
  48: "inappropriateAuthentication",
  49: "invalidCredentials",
  50: "insufficientAccessRights",
  51: "busy",
  52: "unavailable",
  53: "unwillingToPerform",
  80: "other",
};

const advice: Readonly<Record<number, string>> = {
  3: "Raise the server's time limit for the bind DN.",
  4: "Raise the server's size limit for the bind DN.",
  11: "Raise the server's limits for the bind DN.",
  12: "The server lacks paged results (RFC 2696), or doesn't allow them.",
  32: "Check the base, and what the bind DN may see.",
};

/** Such as `sizeLimitExceeded (4): …`, with the server's own words. */
export function describeResult({ code, message, referrals }: LdapResult): string {
  const words = [message, ...referrals].filter((part) => part !== "").join(" ");
  return `${names[code] ?? "result code"} (${code})${words === "" ? "" : `: ${words}`}`;
}

export function adviceFor(code: number): string {
  const text = advice[code];
  return text === undefined ? "" : ` ${text}`;
}

/** Whether this server can't serve now, while another that holds the same may: busy and unavailable. */
export function isPassing(code: number): boolean {
  return code === 51 || code === 52;
}

/**
 * Whether a refused bind tells of the server's state and not of the name or the password, which may be right: besides
 * busy and unavailable, operationsError, timeLimitExceeded and other (RFC 4511, appendix A.2).
 */
export function saysNothingOfLogin(code: number): boolean {
  return isPassing(code) || code === 1 || code === 3 || code === 80;
}
