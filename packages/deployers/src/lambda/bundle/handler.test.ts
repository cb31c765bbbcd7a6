/** Handlers: where runtimes look for them, and what is told when they would look in vain. */

import { expect, it } from "@jest/globals";
import { checkHandler, handlerFile } from "./handler.ts";

it.each([
  ["nodejs22.x", "orders.handler", "orders"],
  ["nodejs22.x", "dist/orders.handler", "dist/orders"],
  ["nodejs22.x", "./dist/orders.handler", "dist/orders"],
  ["nodejs22.x", "orders.api.handler", "orders"],
  ["nodejs22.x", "a.b/orders.handler", "a.b/orders"],
  ["python3.13", "main.handler", "main"],
  ["python3.13", "shop.reports.main.handler", "shop/reports/main"],
  ["python3.13", "shop/main.handler", "shop/main"],
  ["java21", "com.example.Handler::handle", undefined],
  ["provided.al2023", "bootstrap", undefined],
])("%s looks for %s in %s", (runtime, handler, file) => {
  expect(handlerFile(runtime, handler)).toBe(file);
});

const check = (runtime: string, handler: string, ...paths: readonly string[]) =>
  checkHandler(
    { runtime, handler, path: "app" },
    paths.map((path) => ({ path })),
    undefined,
  );

it("takes a module's file in each of its forms", () => {
  for (const file of ["orders.js", "orders.mjs", "orders.cjs", "orders/index.js"])
    check("nodejs22.x", "orders.handler", file);
  for (const file of ["main.py", "main.so", "main/__init__.py"]) check("python3.13", "main.handler", "x.py", file);
  expect(() => check("provided.al2023", "bootstrap", "bootstrap")).not.toThrow();
});

it("refuses what can't be found", () => {
  expect(() => check("python3.13", "main.handler", "src/main.py", "maintenance.py")).toThrow(
    expect.objectContaining({ code: "Bundle.NoHandler", message: expect.stringContaining("no main.py in app") }),
  );
  expect(() => check("nodejs22.x", "dist/index.handler", "index.js")).toThrow(/no dist\/index\.js in app/);
});
