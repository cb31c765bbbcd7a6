// The lint rules of the workspace, and the walls between its packages.
import nx from "@nx/eslint-plugin";
import tseslint from "typescript-eslint";

/** What a package with a given tag may import: one way down, features never each other. */
const boundaries = [
  { sourceTag: "type:core", onlyDependOnLibsWithTags: [] },
  { sourceTag: "type:env-detect", onlyDependOnLibsWithTags: [] },
  { sourceTag: "type:foundation", onlyDependOnLibsWithTags: ["type:core"] },
  { sourceTag: "type:stages", onlyDependOnLibsWithTags: ["type:core", "type:foundation"] },
  {
    sourceTag: "type:feature",
    onlyDependOnLibsWithTags: ["type:core", "type:foundation", "type:stages", "type:env-detect"],
  },
  { sourceTag: "type:app", onlyDependOnLibsWithTags: ["*"] },
  { sourceTag: "type:tool", onlyDependOnLibsWithTags: ["*"] },
];

const noAwsOrDisk = {
  patterns: [
    {
      group: ["@aws-sdk/*", "@smithy/*", "node:*", "@bulkhead/credentials"],
      message: "A decision is pure: no AWS, file system, clock or environment.",
    },
  ],
};

export default tseslint.config(
  { ignores: ["**/dist/**", "**/node_modules/**", ".nx/**", ".cache/**"] },
  ...tseslint.configs.strict,
  {
    files: ["**/*.ts"],
    plugins: { "@nx": nx },
    rules: {
      "@nx/enforce-module-boundaries": ["error", { depConstraints: boundaries, enforceBuildableLibDependency: false }],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-console": "error",
    },
  },
  {
    files: ["packages/*/src/**/diff.ts", "packages/plan/src/{compare,guard}.ts"],
    rules: {
      "no-restricted-imports": ["error", noAwsOrDisk],
      "no-restricted-globals": ["error", "process", "Date", "setTimeout", "fetch"],
    },
  },
  {
    // Beside tests and tools, the scripts by which a project is built and packed.
    files: ["**/*.test.ts", "**/testing/**/*.ts", "tools/**/*.ts", "{apps,packages}/*/*.ts"],
    rules: { "@nx/enforce-module-boundaries": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
  // A function's console is its log.
  { files: ["examples/**/*.ts"], rules: { "no-console": "off" } },
  {
    files: ["packages/env-detect/src/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^(?!node:|\\.)", message: "env-detect has no dependencies." }] },
      ],
    },
  },
);
