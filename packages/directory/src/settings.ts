/** What a read needs to know: the `users` part of a landing zone file, as far as it concerns the directory. */

import type { Report } from "@bulkhead/core";

/** Where the bind password is found; a password itself is never a setting. */
export type PasswordSource = { readonly env: string } | { readonly file: string } | { readonly secret: string };

export interface DirectorySettings {
  /**
   * `ldaps://HOST[:PORT]`, `ldap://HOST[:PORT]` or `ldif:PATH`. Several LDAP servers that hold the same are separated
   * by spaces, as in OpenLDAP's `URI`, and tried in this order.
   */
  readonly url: string;
  /** Turns ldap:// connections into encrypted ones before anything else is sent (RFC 4513 §3). */
  readonly startTls?: boolean | undefined;
  readonly allowPlaintext?: boolean | undefined;
  /** DN, or what else the server takes for a simple bind (AD: `reader@example.com`); anonymous without it. */
  readonly bindDn?: string | undefined;
  readonly bindPassword?: PasswordSource | undefined;
  /** PEM file with the certificates to trust, in place of the system's. */
  readonly caFile?: string | undefined;
}

/** Which entries: all below `base` (itself included) that match the filter (RFC 4515). */
export interface Selection {
  readonly base: string;
  readonly filter: string;
}

export interface ReadSettings {
  readonly directory: DirectorySettings;
  readonly people: Selection;
  readonly groups: Selection;
}

export interface ReadOptions {
  /** The attributes of people that the caller needs. */
  readonly attributes: readonly string[];
  /** Environment variables, for `bindPassword: { env }`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths in the settings are relative to; the working folder without it. */
  readonly folder?: string | undefined;
  /** Fetches `bindPassword: { secret }`. */
  readonly readSecret?: ((secret: string) => Promise<string>) | undefined;
  /** DN of an entry, or a filter, that must be among the people. */
  readonly canary?: string | undefined;
  /** With fewer people than this, the read is incomplete. */
  readonly expectedAtLeast?: number | undefined;
  /** When accounts expire is judged against this moment; now, without it. */
  readonly now?: Date | undefined;
  /** A server that is silent for so many milliseconds is given up; 60,000 without it. */
  readonly silenceMs?: number | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}
