/** The commands about the landing zone file itself: write a first one, check it, publish its schema, rebuild its lock. */

import { BulkheadError, defineCommand } from "@bulkhead/core";

export const initCommand = defineCommand({
  name: "init",
  summary: "write a first landing zone file",
  arguments: [{ name: "folder", help: "where to (here, if left out)" }],
  run: async ({ args: [folder = "."] }) => {
    const [{ starterFiles }, { existsSync }, { mkdir, writeFile }, { dirname, join }] = await Promise.all([
      import("@bulkhead/landing-zone"),
      import("node:fs"),
      import("node:fs/promises"),
      import("node:path"),
    ]);
    const files = Object.entries(starterFiles).map(([name, text]) => [join(folder, name), text] as const);
    const taken = files.find(([file]) => existsSync(file));
    if (taken) {
      throw new BulkheadError({
        code: "Init.FileExists",
        fault: "user",
        message: "There is such a file already. Nothing was written.",
        next: "Choose another folder: bulkhead init FOLDER",
        where: { file: taken[0] },
      });
    }
    for (const [file, text] of files) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: "wx" });
    }
    const next = "Put your management account's id into bulkhead.yaml, then: bulkhead validate, bulkhead plan";
    const written = files.map(([file]) => file);
    return {
      document: { kind: "init", version: 1, files: written },
      text: () => [...written.map((file) => `wrote ${file}`), next].join("\n"),
    };
  },
});

export const validateCommand = defineCommand({
  name: "validate",
  summary: "check the landing zone file, without AWS",
  run: async ({ flags }) => {
    const { loadLandingZone } = await import("@bulkhead/landing-zone");
    const { accounts, organizationalUnits, serviceControlPolicies, warnings } = loadLandingZone(flags.file);
    const counts = [
      `${accounts.length} accounts`,
      `${organizationalUnits.length} organizational units`,
      `${serviceControlPolicies.length} service control policies`,
    ];
    return {
      document: { kind: "validation", version: 1, valid: true, warnings },
      text: (style) =>
        [
          ...warnings.map((warning) => `${style.changed("!")} ${warning}`),
          `${flags.file} is valid: ${counts.join(", ")}.`,
        ].join("\n"),
    };
  },
});

export const schemaCommand = defineCommand({
  name: "schema",
  summary: "print the JSON Schema of the landing zone file, for editors",
  run: async () => {
    const { landingZoneJsonSchema } = await import("@bulkhead/landing-zone");
    const schema = landingZoneJsonSchema();
    return {
      document: { kind: "schema", version: 1, schema },
      text: () => JSON.stringify(schema, null, 2),
    };
  },
});

export const refreshCommand = defineCommand({
  name: "refresh",
  summary: "rebuild bulkhead.lock.json from AWS",
  run: async (context) => {
    const { withAccounts } = await import("@bulkhead/account-factory");
    const path = await withAccounts(context, ({ refresh }) => refresh());
    return { document: { kind: "refresh", version: 1, file: path }, text: () => `wrote ${path}` };
  },
});
