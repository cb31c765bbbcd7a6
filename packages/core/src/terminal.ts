/** Asking a person on the terminal. */

import { createInterface } from "node:readline/promises";
import type { Terminal } from "./command.ts";
import { createStyle } from "./style.ts";

export interface TerminalStreams {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly colours: boolean;
  readonly signal: AbortSignal;
}

/** A terminal on stdin and stderr: stdout stays free for the result. */
export function createTerminal({ input, output, colours, signal }: TerminalStreams): Terminal {
  const ask = async (question: string): Promise<string> => {
    const lines = createInterface({ input, output });
    try {
      return (await lines.question(question, { signal })).trim();
    } finally {
      lines.close();
    }
  };
  return {
    interactive: Boolean(input.isTTY && output.isTTY),
    ask,
    confirm: async (question) => /^y(es)?$/i.test(await ask(`${question} [y/N] `)),
    show: (text) => void output.write(`${text(createStyle(colours))}\n`),
  };
}
