// Jest for the whole workspace: TypeScript sources as ES modules, straight from `src`.
export default {
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["@bulkhead/source", "node", "node-addons"] },
  testMatch: ["**/src/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["/dist/"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "es6" } },
    ],
  },
  cacheDirectory: "<rootDir>/.cache/jest",
  injectGlobals: false,
  // Tests wait for other processes more than they work.
  maxWorkers: "100%",
  // A hanging test fails; how fast one is, is the benches' business.
  testTimeout: 600_000,
};
