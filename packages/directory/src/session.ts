/** A connection as the person that the settings name: encrypted, bound, and confirmed by the server. */

import type { Report } from "@bulkhead/core";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { bindRefused, boundAsNobody, unavailable } from "./errors.ts";
import type { IncompleteReason } from "./model.ts";
import { describeResult, isPassing, saysNothingOfLogin, SUCCESS } from "./result-code.ts";

export interface Login {
  readonly startTls: boolean;
  /** Anonymous, if null. */
  readonly bind: { readonly dn: string; readonly password: string } | null;
}

export interface Session {
  readonly connection: Connection;
  /** As the server says it; `anonymous` for nobody. */
  readonly boundAs: string;
  /** Whether the server still takes us for the same. */
  confirm(): Promise<readonly IncompleteReason[]>;
}

/** @throws Directory.Unreachable, Directory.TlsFailed, Directory.Unavailable, Directory.BindRefused, Directory.BoundAsNobody */
export async function openSession(
  url: string,
  login: Login,
  options: ConnectionOptions,
  report: Report,
): Promise<Session> {
  const connection = await Connection.open(url, options);
  try {
    return await logIn(connection, login, report);
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function logIn(connection: Connection, { startTls, bind }: Login, report: Report): Promise<Session> {
  const { url } = connection;
  if (startTls && url.startsWith("ldap:")) {
    const result = await connection.startTls();
    if (result.code !== SUCCESS) throw unavailable(url, "StartTLS", describeResult(result));
  }
  if (bind) {
    const result = await connection.bind(bind.dn, bind.password);
    if (saysNothingOfLogin(result.code)) throw unavailable(url, "the bind", describeResult(result));
    if (result.code !== SUCCESS) throw bindRefused(url, bind.dn, describeResult(result));
  }

  const { result, identity } = await connection.whoAmI();
  if (isPassing(result.code)) throw unavailable(url, "to tell who is bound", describeResult(result));
  if (result.code !== SUCCESS) {
    const message = `${url} doesn't tell who is bound (RFC 4532), so the bind has to do: ${describeResult(result)}.`;
    report({ type: "warning", message });
    return { connection, boundAs: bind ? `dn:${bind.dn}` : "anonymous", confirm: () => Promise.resolve([]) };
  }
  if (bind && isNobody(identity)) throw boundAsNobody(url, bind.dn);
  return {
    connection,
    boundAs: nameOf(identity),
    async confirm() {
      const { result: now, identity: last } = await connection.whoAmI();
      if (now.code === SUCCESS && last === identity) return [];
      const found = now.code === SUCCESS ? nameOf(last) : `unknown, ${describeResult(now)}`;
      const message = `${url} took us for ${nameOf(identity)} at first, and at the end for ${found}.`;
      return [{ code: "identityChanged", message }];
    },
  };
}

/** Anonymous is the empty identity; as a DN it is the empty DN (RFC 4513 §5.2.1.8). */
function isNobody(identity: string): boolean {
  return identity === "" || identity === "dn:";
}

function nameOf(identity: string): string {
  return isNobody(identity) ? "anonymous" : identity;
}
