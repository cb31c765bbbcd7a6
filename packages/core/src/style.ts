/** Colours and weights of terminal text, or none of them where they would be noise. */

import { styleText } from "node:util";

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  added(text: string): string;
  changed(text: string): string;
  removed(text: string): string;
}

type Format = Parameters<typeof styleText>[0];

export function createStyle(colours: boolean): Style {
  const format = (name: Format) => (text: string) =>
    colours ? styleText(name, text, { validateStream: false }) : text;
  return {
    bold: format("bold"),
    dim: format("dim"),
    added: format("green"),
    changed: format("yellow"),
    removed: format("red"),
  };
}
