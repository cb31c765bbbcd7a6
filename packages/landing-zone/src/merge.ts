/** Several YAML files read as one: sections are merged key by key, and every value remembers its file. */

import type { BulkheadError } from "@bulkhead/core";
import { keyGivenTwice } from "./errors.ts";
import type { Path, Places, YamlSource } from "./yaml-source.ts";

type Content = Record<string, unknown>;

/** Lists of rules, to which each file adds its own; a list anywhere else is a value like any other. */
const joinedLists: ReadonlySet<string> = new Set(["access", "ssh.access"]);

export interface Merged extends Places {
  readonly data: Content;
}

/** Merges the files, each a map of sections, the first being the main one. A key given twice is a problem that names both places. */
export function mergeSources(sources: readonly [YamlSource, ...YamlSource[]], problems: BulkheadError[]): Merged {
  const data: Content = {};
  const origins = new Map<string, { source: YamlSource; path: Path }>();
  const origin = (path: Path): { source: YamlSource; path: Path } => {
    for (let length = Math.min(path.length, 3); length > 0; length--) {
      const found = origins.get(JSON.stringify(path.slice(0, length)));
      if (found) return { source: found.source, path: [...found.path, ...path.slice(length)] };
    }
    return { source: sources[0], path };
  };
  const claim = (path: Path, source: YamlSource, from: Path = path): void => {
    const key = JSON.stringify(path);
    if (!origins.has(key)) origins.set(key, { source, path: from });
  };
  const places: Places = {
    at: (path) => origin(path).source.at(origin(path).path),
    atKey: (path) => origin(path).source.atKey(origin(path).path),
  };

  const add = (target: Content, key: string, value: unknown, path: Path, source: YamlSource): void => {
    const present = own(target, key);
    if (Array.isArray(value) && joinedLists.has(path.join(".")) && (present === undefined || Array.isArray(present))) {
      const list: unknown[] = present ?? [];
      value.forEach((_, index) => {
        claim([...path, list.length + index], source, [...path, index]);
      });
      value = [...list, ...(value as unknown[])];
    } else if (present !== undefined) {
      problems.push(keyGivenTwice(path.join("."), source.atKey(path), places.atKey(path)));
      return;
    }
    claim(path, source);
    // Not an assignment: a key `__proto__` must become a key, for the schema to refuse.
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  };

  for (const source of sources) {
    for (const [section, content] of Object.entries(source.data as Content)) {
      if (content === null) continue; // A section whose every entry is commented out.
      const present = own(data, section);
      if (!isMap(content) || (present !== undefined && !isMap(present))) {
        add(data, section, content, [section], source);
        continue;
      }
      if (present === undefined) add(data, section, {}, [section], source);
      const target = own(data, section) as Content;
      for (const [key, value] of Object.entries(content)) add(target, key, value, [section, key], source);
    }
  }
  return { data, ...places };
}

function own(target: Content, key: string): unknown {
  return Object.hasOwn(target, key) ? target[key] : undefined;
}

/** A map of keys, and neither list nor null. */
export function isMap(value: unknown): value is Content {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
