/** Disabled, expired, locked or active: from the attributes of each kind of server. */

import { describe, expect, it } from "@jest/globals";
import { accountStatus } from "./status.ts";
import { toEntry } from "./testing/active-directory.ts";

const now = new Date("2026-06-01T00:00:00Z");
/** 2026-06-01 as FILETIME, and as days. */
const FILETIME = (BigInt(now.getTime()) + 11_644_473_600_000n) * 10_000n;
const TODAY = now.getTime() / 86_400_000;

const status = (attributes: Record<string, string>) =>
  accountStatus(
    toEntry(
      "uid=anna",
      Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), [value]])),
    ),
    now,
  );

describe("the status of an account", () => {
  it.each([
    ["nothing at all", {}, "active"],
    ["a normal AD account", { userAccountControl: "512", accountExpires: "0", lockoutTime: "0" }, "active"],
    ["AD's ACCOUNTDISABLE", { userAccountControl: "514" }, "disabled"],
    ["AD's ACCOUNTDISABLE among others", { userAccountControl: "66050" }, "disabled"],
    ["AD's flags as a negative number", { userAccountControl: "-2147483136" }, "active"],
    ["AD's “never”", { accountExpires: "9223372036854775807" }, "active"],
    ["AD's moment to come", { accountExpires: String(FILETIME + 10_000n) }, "active"],
    ["AD's moment now", { accountExpires: String(FILETIME) }, "expired"],
    ["AD's lockoutTime", { lockoutTime: "133900000000000000" }, "locked"],
    [
      "AD's lockoutTime when the lock-out is over",
      { lockoutTime: "133900000000000000", "msDS-User-Account-Control-Computed": "0" },
      "active",
    ],
    ["AD's computed LOCKOUT", { "msDS-User-Account-Control-Computed": "16" }, "locked"],
    ["389 Directory Server's nsAccountLock", { nsAccountLock: "TRUE" }, "disabled"],
    ["nsAccountLock that is off", { nsAccountLock: "false" }, "active"],
    ["a password policy's lock by hand", { pwdAccountLockedTime: "000001010000Z" }, "disabled"],
    ["a password policy's lock-out", { pwdAccountLockedTime: "20260531120000Z" }, "locked"],
    ["shadowExpire tomorrow", { shadowExpire: String(TODAY + 1) }, "active"],
    ["shadowExpire today", { shadowExpire: String(TODAY) }, "expired"],
    ["shadowExpire on the first of all days", { shadowExpire: "0" }, "expired"],
    ["shadowExpire never", { shadowExpire: "-1" }, "active"],
    ["values that make no sense", { userAccountControl: "x", accountExpires: "soon", shadowExpire: "?" }, "active"],
    ["a lock-out of somebody expired", { shadowExpire: "1", pwdAccountLockedTime: "20260531120000Z" }, "expired"],
    ["disabled and expired", { userAccountControl: "514", accountExpires: "1" }, "disabled"],
  ])("with %s", (_, attributes, state) => {
    expect(status(attributes).state).toBe(state);
  });

  it("comes with its evidence", () => {
    expect(status({ userAccountControl: "514" }).evidence).toBe("userAccountControl=514 (ACCOUNTDISABLE)");
    expect(status({ accountExpires: String(FILETIME) }).evidence).toBe(
      `accountExpires=${FILETIME} (2026-06-01T00:00:00.000Z)`,
    );
    expect(status({ shadowExpire: "20000" }).evidence).toBe("shadowExpire=20000 (2024-10-04)");
    expect(status({}).evidence).toBe("");
  });
});
