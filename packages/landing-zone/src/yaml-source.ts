/** One YAML (or JSON) text with the place of every node, so that a message can point at the very word it speaks of. */

import type { BulkheadError, Where } from "@bulkhead/core";
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Node,
  type Pair,
} from "yaml";
import type { YAMLMap, YAMLParseError, YAMLWarning } from "yaml";
import { keyGivenTwice, problem } from "./errors.ts";

/** The way to a value: keys of maps and indexes of lists, from the top. */
export type Path = readonly (string | number)[];

/** Finds places. What doesn't exist has the place of the nearest thing around it. */
export interface Places {
  /** Where the value begins. */
  at(path: Path): Where;
  /** Where the key that holds the value begins; for an item of a list, the item. */
  atKey(path: Path): Where;
}

export interface YamlSource extends Places {
  readonly file: string;
  /** The value as plain JavaScript. */
  readonly data: unknown;
}

/** Enough for a value shared by every account of a large estate, and far too little for an entity bomb to hurt. */
const maxAliasCount = 10_000;

/** Parses a text. Syntax errors and keys given twice go to `problems`; only with the former there is no source. */
export function parseYaml(text: string, file: string, problems: BulkheadError[]): YamlSource | undefined {
  const lines = new LineCounter();
  // prettyErrors would put the line itself, perhaps with a secret, into the message.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const place = (offset: number): Where => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const placeOf = (node: Node | null): Where => place(node?.range?.[0] ?? 0);

  const errors = [...document.errors, ...document.warnings];
  problems.push(...errors.map((error) => problem("LandingZone.YamlInvalid", place(error.pos[0]), yamlMessage(error))));
  if (errors.length > 0) return undefined;

  const indexes = new Map<YAMLMap, Map<string, Pair<Node, Node | null>>>();
  const anchors = new Map<string, Node>();
  const aliased = new Map<Alias, Node>();
  const unresolved: BulkheadError[] = [];
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) aliased.set(node, target);
        else unresolved.push(problem("LandingZone.YamlInvalid", placeOf(node), badAlias));
        return;
      }
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (!isMap(node)) return;
      const index = new Map<string, Pair<Node, Node | null>>();
      for (const pair of node.items as Pair<Node, Node | null>[]) {
        const key = keyText(pair.key);
        const first = index.get(key);
        if (first === undefined) index.set(key, pair);
        else problems.push(keyGivenTwice(key, placeOf(pair.key), placeOf(first.key)));
      }
      indexes.set(node, index);
    },
  });
  problems.push(...unresolved);
  if (unresolved.length > 0) return undefined;

  const find = (path: Path): { key: Node | null; value: Node | null } => {
    let found = { key: document.contents as Node | null, value: document.contents as Node | null };
    for (const step of path) {
      const parent = isAlias(found.value) ? aliased.get(found.value) : found.value;
      if (isMap(parent)) {
        const pair = indexes.get(parent)?.get(String(step));
        if (pair === undefined) break;
        found = { key: pair.key, value: pair.value ?? pair.key };
      } else {
        const item = isSeq(parent) ? (parent.items[Number(step)] as Node | undefined) : undefined;
        if (item === undefined) break;
        found = { key: item, value: item };
      }
    }
    return found;
  };

  try {
    const data: unknown = document.toJS({ maxAliasCount });
    return { file, data, at: (path) => placeOf(find(path).value), atKey: (path) => placeOf(find(path).key) };
  } catch (cause) {
    problems.push(
      problem("LandingZone.YamlInvalid", { file }, "The file repeats aliases too often to be read", { cause }),
    );
    return undefined;
  }
}

function keyText(key: Node): string {
  return isScalar(key) ? String(key.value) : key.toString();
}

const badAlias = "An alias (*) without its anchor (&) before it; put quotes around a text that begins with *";

/** The parser's message, but for those that would repeat a value: an unquoted password may begin with `*` or `!`. */
function yamlMessage({ code, message }: YAMLParseError | YAMLWarning): string {
  if (code === "BAD_ALIAS") return badAlias;
  if (code === "TAG_RESOLVE_FAILED") return "An unknown tag (!); put quotes around a text that begins with !";
  return message;
}
