/** `bulkhead ssh install` and `uninstall`, as data. */

import { defineCommand, type Command } from "@bulkhead/core";

export const installCommand: Command = defineCommand({
  name: "install",
  summary: "make this host follow the directory: sshd's part and the service",
  flags: {
    account: {
      type: "string",
      value: "name",
      help: "the landing zone's account that this host is in; found out without it",
    },
    listen: { type: "string", value: "address:port", help: "where the service tells its health and metrics" },
  },
  run: async ({ flags, env, report }) => {
    const { install } = await import("./install.ts");
    const given = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}`, value]);
    await install({
      landingZoneFile: flags.file,
      program: programOf(process),
      flags: [...given("account", flags.account), ...given("listen", flags.listen)],
      env,
      report,
    });
    return {};
  },
});

export const uninstallCommand: Command = defineCommand({
  name: "uninstall",
  summary: "take everything of Bulkhead's off this host",
  flags: {
    people: {
      type: "string",
      value: "what",
      choices: ["remove", "lock", "keep"],
      help: "what becomes of the users that Bulkhead made; needed where there are any",
    },
  },
  run: async ({ flags, report }) => {
    const { uninstall } = await import("./uninstall.ts");
    await uninstall({ people: flags.people, report });
    return {};
  },
});

/** How this process was started, up to the group that its commands are in: `watch` is beside `install`. */
function programOf({
  execPath,
  execArgv,
  argv,
}: Pick<NodeJS.Process, "execPath" | "execArgv" | "argv">): readonly string[] {
  const [, script = "", ...words] = argv;
  const group = words.slice(0, words.indexOf("install")).includes("ssh") ? ["ssh"] : [];
  return [execPath, ...execArgv, script, ...group];
}
