/** Templates: read with short tags, refused where they are broken, endless or over a limit, and made ready with what they nest. */

import { describe, expect, it } from "@jest/globals";
import type { BulkheadError } from "@bulkhead/core";
import { memoryFiles } from "../testing/files.ts";
import { prepareTemplate, readTemplate } from "./template.ts";

const read = (files: Readonly<Record<string, string>>, path = "main.yaml") =>
  readTemplate(path, { file: "bulkhead.deploy.yaml", line: 3, column: 5 }, memoryFiles(files));

function refusal(files: Readonly<Record<string, string>>): BulkheadError {
  try {
    read(files);
  } catch (error) {
    return error as BulkheadError;
  }
  throw new Error("it was read");
}

const queue = "Resources:\n  Queue: { Type: AWS::SQS::Queue }\n";
const many = (count: number, entry: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => entry(index)).join("");
const child = (path: string): string =>
  `Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties: { TemplateURL: ${path} }\n`;

describe("a template", () => {
  it("is read as YAML with short tags, and as JSON", () => {
    const yaml = `Parameters:\n  Size: { Type: Number }\n  Password: { Type: String, NoEcho: true, Default: x }
Resources:\n  Q: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub "\${AWS::StackName}-q", Tags: !If [A, [], !Ref B] } }\n`;
    const json = JSON.stringify({
      Parameters: { Size: { Type: "Number" }, Password: { Type: "String", NoEcho: true, Default: "x" } },
      Resources: { Q: { Type: "AWS::SQS::Queue" } },
    });
    for (const text of [yaml, json]) {
      expect([...read({ "main.yaml": text }).parameters]).toEqual([
        ["Size", { hasDefault: false, noEcho: false }],
        ["Password", { hasDefault: true, noEcho: true }],
      ]);
    }
  });

  it("is volatile where the same text can mean something else", () => {
    const volatile = (text: string): boolean => read({ "main.yaml": text }).volatile;
    expect(volatile(queue)).toBe(false);
    expect(volatile(`Transform: AWS::Serverless-2016-10-31\n${queue}`)).toBe(true);
    expect(volatile(`${queue}# {{resolve:ssm:/name}}\n`)).toBe(true);
    expect(volatile(`Parameters:\n  A: { Type: "AWS::SSM::Parameter::Value<String>" }\n${queue}`)).toBe(true);
    expect(volatile(child("https://example.com/other.yaml"))).toBe(true);
    expect(volatile(child("!Ref Elsewhere"))).toBe(true);
  });

  it.each<[string, string, string, object]>([
    ["isn't there", "CloudFormation.TemplateMissing", "", { file: "bulkhead.deploy.yaml", line: 3 }],
    ["isn't YAML", "CloudFormation.TemplateBroken", "Resources: {\n  A: [\n", { file: "main.yaml" }],
    ["has no resources", "CloudFormation.TemplateBroken", "Outputs: {}\n", { file: "main.yaml" }],
    [
      "is an alias to itself",
      "CloudFormation.TemplateBroken",
      "Resources: &a\n  Q: *a\n",
      { file: "main.yaml", line: 2 },
    ],
    ["has an alias without an anchor", "CloudFormation.TemplateBroken", "Resources:\n  Q: *a\n", { file: "main.yaml" }],
    [
      "repeats aliases without end",
      "CloudFormation.TemplateBroken",
      `Metadata:\n  a0: &a0 [x]\n${many(12, (i) => `  a${i + 1}: &a${i + 1} [${many(9, () => `*a${i}, `)}]\n`)}${queue}`,
      { file: "main.yaml" },
    ],
    [
      "is larger than CloudFormation takes, whatever is in it",
      "CloudFormation.TemplateLimit",
      "[".repeat(1_000_001),
      {},
    ],
    ["nests itself", "CloudFormation.TemplateCycle", child("main.yaml"), { file: "main.yaml", line: 4, column: 32 }],
  ])("that %s is refused at its place", (_, code, text, where) => {
    const error = refusal(text === "" ? {} : { "main.yaml": text });
    expect(error.code).toBe(code);
    expect(error.where ?? {}).toMatchObject(where);
  });

  it("that is nested many times is read and put into the bucket once", () => {
    const twice = (path: string): string =>
      `Resources:${many(2, (i) => `\n  C${i}: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: ${path} } }`)}\n`;
    const texts: Record<string, string> = { "10.yaml": queue };
    for (let level = 0; level < 10; level++) texts[`${level}.yaml`] = twice(`${level + 1}.yaml`);
    const files = memoryFiles(texts);
    const reads: string[] = [];
    const counted = { ...files, read: (path: string) => (reads.push(path), files.read(path)) };
    const template = readTemplate("0.yaml", undefined, counted);
    expect(reads).toHaveLength(11);
    const { artifacts, sent } = prepareTemplate(template, (key) => `https://bucket/${key}`);
    expect(artifacts).toHaveLength(10);
    expect(sent.text.match(/https:/g)).toHaveLength(2);
  });

  it.each<[string, string]>([
    ["501 resources", `Resources:\n${many(501, (i) => `  Q${i}: { Type: AWS::SQS::Queue }\n`)}`],
    ["201 parameters", `Parameters:\n${many(201, (i) => `  P${i}: { Type: String }\n`)}${queue}`],
    ["201 outputs", `${queue}Outputs:\n${many(201, (i) => `  O${i}: { Value: x }\n`)}`],
    ["201 mappings", `Mappings:\n${many(201, (i) => `  M${i}: { A: { B: C } }\n`)}${queue}`],
    ["1,025 bytes of description", `Description: ${"x".repeat(1025)}\n${queue}`],
    ["1,000,001 bytes", `${queue}# ${"x".repeat(1_000_001 - queue.length - 2)}`],
  ])("with %s is over a limit", (what, text) => {
    const [number = ""] = what.split(" ");
    const error = refusal({ "main.yaml": text });
    expect(error).toMatchObject({ code: "CloudFormation.TemplateLimit", message: expect.stringContaining(number) });
  });
});

describe("making a template ready", () => {
  const urlOf = (key: string): string => `https://bucket/${key}`;

  it("sends a small one in the call, with its comments", () => {
    const { sent, artifacts } = prepareTemplate(read({ "main.yaml": `# note\n${queue}` }), undefined);
    expect(sent).toMatchObject({ text: `# note\n${queue}`, url: undefined });
    expect(artifacts).toEqual([]);
  });

  it("puts a large one into the bucket, under a key of its content", () => {
    const text = `${queue}# ${"ä".repeat(26_000)}\n`;
    const { sent, artifacts } = prepareTemplate(read({ "main.yaml": text }), urlOf);
    expect(artifacts).toEqual([{ key: expect.stringMatching(/^cloudformation\/[0-9a-f]{64}\.template$/), body: text }]);
    expect(sent.url).toBe(urlOf(artifacts[0]?.key ?? ""));
    expect(() => prepareTemplate(read({ "main.yaml": text }), undefined)).toThrow(/needs a bucket/);
  });

  it("puts nested ones there first, each once, and names them in their parents", () => {
    const files = {
      "main.yaml": `${child("a/b.yaml")}# end\n`,
      "a/b.yaml": child('"../leaf.json"'),
      "leaf.json": queue,
    };
    const { sent, artifacts } = prepareTemplate(read(files), urlOf);
    const [leaf, middle] = artifacts;
    expect(leaf?.body).toBe(queue);
    expect(middle?.body).toBe(child(JSON.stringify(urlOf(leaf?.key ?? ""))));
    expect(sent.text).toBe(`${child(JSON.stringify(urlOf(middle?.key ?? "")))}# end\n`);
    expect(prepareTemplate(read(files), urlOf)).toEqual({ sent, artifacts });
    expect(() => prepareTemplate(read(files), undefined)).toThrow(/needs a bucket/);
  });
});
