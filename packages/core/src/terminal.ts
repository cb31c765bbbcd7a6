/** Asking a person on the terminal. */

import { createInterface } from "node:readline";
import type { Terminal } from "./command.ts";
import type { Progress } from "./progress.ts";
import type { Style } from "./style.ts";

export interface TerminalOptions {
  readonly input: NodeJS.ReadStream;
  /** stderr: stdout stays free for the result. */
  readonly output: NodeJS.WriteStream;
  readonly style: Style;
  readonly signal: AbortSignal;
  /** What Ctrl-C means. While a question is open, the terminal hands the key to us and sends no signal. */
  readonly interrupt: () => void;
  /** What else writes on this terminal. */
  readonly progress: Progress;
}

export function createTerminal({ input, output, style, signal, interrupt, progress }: TerminalOptions): Terminal {
  const askNow = (question: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const lines = createInterface({ input, output, prompt: question, signal });
      // Ctrl-D and the end of a pipe answer nothing.
      const closedUnanswered = (): void => {
        output.write("\n");
        if (signal.aborted) reject(signal.reason);
        else resolve("");
      };
      lines.once("SIGINT", interrupt).once("close", closedUnanswered);
      lines.once("line", (answer) => {
        lines.off("close", closedUnanswered).close();
        resolve(answer.trim());
      });
      lines.prompt();
    });

  let last: Promise<unknown> = Promise.resolve();
  const ask = (question: string): Promise<string> => {
    // One at a time, whoever asks.
    const answer = last.then(() => progress.hold(() => askNow(question)));
    last = answer.catch(() => undefined);
    return answer;
  };
  return {
    interactive: Boolean(input.isTTY && output.isTTY),
    ask,
    confirm: async (question) => /^y(es)?$/i.test(await ask(`${question} [y/N] `)),
    show: (text) => {
      progress.clear();
      output.write(`${text(style)}\n`);
    },
  };
}
