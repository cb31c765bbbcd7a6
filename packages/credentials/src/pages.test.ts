/** Paging: to the page without a token, whatever the others hold. */

import { expect, it } from "@jest/globals";
import { readAll, readPages } from "./pages.ts";

interface Answer {
  readonly Names?: readonly string[];
  readonly Marker?: string;
}

async function read(answers: readonly Answer[]) {
  const asked: object[] = [];
  const pages = readPages("Marker", async (page) => {
    asked.push(page);
    return answers[asked.length - 1]!;
  });
  return { names: await readAll(pages, ({ Names }) => Names), asked };
}

it("goes through empty pages to the one without a token", async () => {
  const answers = [{ Names: ["a"], Marker: "1" }, { Names: [], Marker: "2" }, { Marker: "3" }, { Names: ["b", "c"] }];
  expect(await read(answers)).toEqual({
    names: ["a", "b", "c"],
    asked: [{}, { Marker: "1" }, { Marker: "2" }, { Marker: "3" }],
  });
});

it("takes an empty token for none", async () => {
  expect(await read([{ Names: ["a"], Marker: "" }])).toEqual({ names: ["a"], asked: [{}] });
});
