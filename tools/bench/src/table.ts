/** The measured figures as a Markdown page: the machine, and a table of ratios. */

import { availableParallelism, totalmem } from "node:os";
import type { Figure, Row, Unit } from "./bench-case.ts";

export interface Section {
  readonly name: string;
  readonly rows: readonly Row[];
}

export function renderPage(sections: readonly Section[], repeat: number): string {
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  const date = new Date().toISOString().slice(0, 10);
  const head = ["case", "figure", "ours", "peer", "ours ÷ peer", "wanted", "met"];
  const lines = sections.flatMap(({ name, rows }) => rows.map((row) => cells(name, row)));
  return [
    "# Benchmarks",
    "",
    `Measured on ${date} with \`npm run bench\`, all in one run: Node ${process.versions.node}, ${availableParallelism()} cores, ${gigabytes} GB of memory, ${process.platform} ${process.arch}. Medians of ${repeat} runs each. AWS is a server of fixed answers, or for stacks and functions the sandbox; the same for us and the peers; \`tools/bench/README.md\` says what each case does.`,
    "",
    ...[head, head.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |`),
    "",
  ].join("\n");
}

function cells(name: string, { what, unit, ours, peer, peerName, wanted }: Row): string[] {
  return [
    name,
    what,
    show(ours, unit),
    peer === undefined ? "" : `${show(peer, unit)}${peerName === undefined ? "" : ` (${peerName})`}`,
    typeof ours === "number" && typeof peer === "number" && peer > 0 ? (ours / peer).toFixed(2) : "",
    wanted?.text ?? "",
    wanted === undefined ? "" : wanted.met ? "yes" : "**no**",
  ];
}

function show(figure: Figure, unit: Unit): string {
  if (typeof figure === "string") return figure;
  const digits = unit === "s" || unit === "×" ? 2 : unit === "%" ? 1 : 0;
  return `${figure.toFixed(digits)} ${unit}`;
}
