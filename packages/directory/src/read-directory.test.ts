/** What is refused before anything is asked. */

import { describe, expect, it } from "@jest/globals";
import { readDirectory } from "./read-directory.ts";
import type { ReadOptions, ReadSettings } from "./settings.ts";

const selection = { base: "dc=x", filter: "(uid=*)" };
const read = (settings: Partial<ReadSettings>, options: Partial<ReadOptions> = {}) =>
  readDirectory(
    { directory: { url: "ldif:none" }, people: selection, groups: selection, ...settings },
    { attributes: [], env: {}, ...options },
  );

describe("readDirectory", () => {
  it.each([
    "",
    "ldap.example.com",
    "https://ldap.example.com",
    "ldaps://",
    "ldaps://user:secret@ldap.example.com",
    "ldaps://ldap.example.com/dc=x",
    "ldaps://ldap.example.com:port",
    "ldaps://a.example.com,ldaps://b.example.com:x",
    "ldaps://a.example.com ldif:people.ldif",
  ])("refuses the address “%s”", async (url) => {
    await expect(read({ directory: { url } })).rejects.toMatchObject({ code: "Directory.BadUrl", fault: "user" });
  });

  it("doesn't repeat a password that stands in an address", async () => {
    const url = "ldaps://reader:se/cr@et@ldap.example.com";
    await expect(read({ directory: { url } })).rejects.toMatchObject({
      message: "“ldaps://…@ldap.example.com” is not the address of a directory.",
    });
  });

  it("refuses plain text, on any of several servers", async () => {
    const url = "ldaps://a.example.com ldap://b.example.com";
    await expect(read({ directory: { url } })).rejects.toMatchObject({
      code: "Directory.Plaintext",
      message: "ldap://b.example.com would send the password and all people unencrypted.",
    });
  });

  it.each<readonly [string, Partial<ReadSettings>, Partial<ReadOptions>, string]>([
    ["the base of people", { people: { ...selection, base: "people" } }, {}, "Directory.BadDn"],
    ["the base of groups", { groups: { ...selection, base: "ou=a,,dc=x" } }, {}, "Directory.BadDn"],
    ["the filter of people", { people: { ...selection, filter: "(uid=" } }, {}, "Directory.BadFilter"],
    ["the filter of groups", { groups: { ...selection, filter: "(&(cn=a)" } }, {}, "Directory.BadFilter"],
    ["a canary's DN", {}, { canary: "anna" }, "Directory.BadDn"],
    ["a canary's filter", {}, { canary: "(uid=anna" }, "Directory.BadFilter"],
  ])("refuses a mistake in %s", async (_, settings, options, code) => {
    await expect(read(settings, options)).rejects.toMatchObject({ code, fault: "user" });
  });
});
