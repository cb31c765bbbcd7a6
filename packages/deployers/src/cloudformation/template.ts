/** Templates: read, checked against CloudFormation's limits, and made ready to be sent with all that they nest. */

import type { Where } from "@bulkhead/core";
import { diskFiles, pathBeside, readText, type Files } from "@bulkhead/landing-zone";
import { createHash } from "node:crypto";
import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
} from "yaml";
import type { Artifact } from "../artifacts/bucket.ts";
import { templateBroken, templateCycle, templateMissing, templateNeedsBucket } from "./errors.ts";
import { checkLimits, checkSize, inlineBytes } from "./limits.ts";
import type { SentTemplate, TemplateParameter } from "./model.ts";

/** A template of a file, with its nested templates. */
export interface Template {
  readonly path: string;
  readonly text: string;
  readonly parameters: ReadonlyMap<string, TemplateParameter>;
  readonly volatile: boolean;
  readonly nested: readonly Nested[];
}

interface Nested {
  readonly template: Template;
  /** Where in the parent's text the path stands, quotes included: begin and end. */
  readonly range: readonly [number, number];
}

/**
 * Reads a template and those that it nests by path.
 * @throws BulkheadError `CloudFormation.TemplateMissing`, `.TemplateBroken`, `.TemplateCycle`, `.TemplateLimit`
 */
export function readTemplate(path: string, declaredAt: Where | undefined, files: Files = diskFiles): Template {
  return read(path, declaredAt, { files, known: new Map() }, []);
}

interface Reading {
  readonly files: Files;
  /** What was read already: many templates can nest the same one. */
  readonly known: Map<string, Template>;
}

function read(path: string, namedAt: Where | undefined, reading: Reading, trail: readonly string[]): Template {
  const known = reading.known.get(path);
  if (known) return known;
  if (trail.includes(path)) throw templateCycle([...trail.slice(trail.indexOf(path)), path], namedAt);
  const text = readText(reading.files, path);
  if (text === undefined) throw templateMissing(path, namedAt);
  // Before anything that takes longer the larger it is.
  checkSize(text, path);
  const lines = new LineCounter();
  // prettyErrors would put the line itself, perhaps with a secret, into the message.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
  const place = (offset: number): Where => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error) throw templateBroken(place(error.pos[0]), error.message);
  checkAliases(document, place);
  if (!isMap(document.contents) || !isMap(document.get("Resources"))) {
    throw templateBroken({ file: path }, "it has no Resources");
  }
  const content = toData(document, path);
  checkLimits(content, path);
  const nested: Nested[] = [];
  let elsewhere = false;
  for (const [name, resource] of Object.entries(content["Resources"] as Record<string, unknown>)) {
    if ((resource as { Type?: unknown } | null)?.Type !== "AWS::CloudFormation::Stack") continue;
    const url = document.getIn(["Resources", name, "Properties", "TemplateURL"], true);
    if (!isPath(url)) {
      elsewhere = true;
      continue;
    }
    const [begin = 0, end = 0] = url.range ?? [];
    const child = read(pathBeside(path, url.value), place(begin), reading, [...trail, path]);
    nested.push({ template: child, range: [begin, end] });
  }
  const template = {
    path,
    text,
    parameters: parametersOf(content),
    volatile: elsewhere || isVolatile(text, content) || nested.some((one) => one.template.volatile),
    nested,
  };
  reading.known.set(path, template);
  return template;
}

/** An alias to what it stands in has no end. */
function checkAliases(document: Document, place: (offset: number) => Where): void {
  const anchors = new Map<string, Node>();
  visit(document, {
    Node(_, node, path) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      const target = anchors.get(node.source);
      if (target === undefined || path.includes(target)) {
        const what = target === undefined ? "an alias without its anchor" : "an alias to what it stands in";
        throw templateBroken(place(node.range?.[0] ?? 0), what);
      }
    },
  });
}

/** Short tags (`!Ref`) are left out of account: only keys and plain values are read here. */
function toData(document: Document, path: string): Readonly<Record<string, unknown>> {
  try {
    return document.toJS({ maxAliasCount: 1_000 }) as Record<string, unknown>;
  } catch {
    throw templateBroken({ file: path }, "it repeats aliases too often");
  }
}

function isPath(url: unknown): url is Scalar<string> {
  return isScalar(url) && typeof url.value === "string" && !url.tag?.startsWith("!") && !/^https?:/.test(url.value);
}

function parametersOf(content: Readonly<Record<string, unknown>>): ReadonlyMap<string, TemplateParameter> {
  const declared = (content["Parameters"] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  return new Map(
    Object.entries(declared).map(([name, parameter]) => [
      name,
      { hasDefault: parameter?.["Default"] !== undefined, noEcho: String(parameter?.["NoEcho"]) === "true" },
    ]),
  );
}

/** Whether CloudFormation may make something else of the same text. */
function isVolatile(text: string, content: Readonly<Record<string, unknown>>): boolean {
  return (
    content["Transform"] !== undefined || /\{\{resolve:|Fn::Transform|!Transform|AWS::SSM::Parameter::Value/.test(text)
  );
}

/**
 * The template as it is sent, and what must lie in the bucket before: nested templates first.
 * @param urlOf the URL of a key in the artifact bucket; undefined where there is none
 * @throws BulkheadError `CloudFormation.NeedsBucket`
 */
export function prepareTemplate(
  template: Template,
  urlOf: ((key: string) => string) | undefined,
): { readonly sent: SentTemplate; readonly artifacts: readonly Artifact[] } {
  const artifacts: Artifact[] = [];
  const text = withUrls(template, urlOf, artifacts, new Map());
  const { parameters, volatile } = template;
  if (Buffer.byteLength(text) <= inlineBytes)
    return { sent: { text, url: undefined, volatile, parameters }, artifacts };
  const key = keyOf(text);
  artifacts.push({ key, body: text });
  return { sent: { text, url: bucketFor(template, urlOf)(key), volatile, parameters }, artifacts };
}

function withUrls(
  { text, nested, path }: Template,
  urlOf: ((key: string) => string) | undefined,
  artifacts: Artifact[],
  known: Map<Template, string>,
): string {
  let sent = text;
  // From the end, so that earlier places stay where they are.
  for (const { template, range } of [...nested].sort((a, b) => b.range[0] - a.range[0])) {
    let url = known.get(template);
    if (url === undefined) {
      const child = withUrls(template, urlOf, artifacts, known);
      const key = keyOf(child);
      artifacts.push({ key, body: child });
      url = bucketFor({ path }, urlOf)(key);
      known.set(template, url);
    }
    sent = `${sent.slice(0, range[0])}${JSON.stringify(url)}${sent.slice(range[1])}`;
  }
  return sent;
}

function bucketFor({ path }: { readonly path: string }, urlOf: ((key: string) => string) | undefined) {
  if (urlOf) return urlOf;
  throw templateNeedsBucket(path);
}

function keyOf(text: string): string {
  return `cloudformation/${createHash("sha256").update(text).digest("hex")}.template`;
}
