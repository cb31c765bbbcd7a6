// Lets NAME.localhost lead to this machine (RFC 6761, 6.3), which not every system's resolver does: S3 Control puts the
// account's id before the host's name. Importing it does it, for this process; others take it by `node --import`.
import dns from "node:dns";

const lookup = dns.lookup as (host: string, ...others: unknown[]) => void;
const resolve = (host: string, ...others: unknown[]): void => {
  lookup(host.endsWith(".localhost") ? "127.0.0.1" : host, ...others);
};
dns.lookup = resolve as typeof dns.lookup;

/** For `node --import`. */
export const localhostNames = import.meta.filename;
