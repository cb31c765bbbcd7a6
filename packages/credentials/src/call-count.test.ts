/** Counting calls and their repeats. */

import { expect, it } from "@jest/globals";
import { createCallCounter } from "./call-count.ts";

it("counts calls and attempts by API, sorted, and all attempts together", () => {
  const counter = createCallCounter();
  expect([counter.total(), counter.byApi().size]).toEqual([0, 0]);
  counter.call("STS:GetCallerIdentity");
  counter.attempt("STS:GetCallerIdentity");
  counter.attempt("STS:GetCallerIdentity");
  counter.call("Organizations:ListRoots");
  counter.attempt("Organizations:ListRoots");
  expect([...counter.byApi()]).toEqual([
    ["Organizations:ListRoots", { calls: 1, attempts: 1 }],
    ["STS:GetCallerIdentity", { calls: 1, attempts: 2 }],
  ]);
  expect(counter.total()).toBe(3);
});

it("answers with what is known now, not with a view of it", () => {
  const counter = createCallCounter();
  const before = counter.byApi();
  counter.call("STS:AssumeRole");
  expect(before.size).toBe(0);
});
