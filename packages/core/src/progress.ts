/** Events as text on stderr: one live line on a terminal, plain lines elsewhere. */

import { cleanLines } from "./clean.ts";
import type { Event, OutcomeStatus, Report } from "./events.ts";
import type { Style } from "./style.ts";

export interface ProgressOptions {
  readonly write: (text: string) => void;
  readonly live: boolean;
  /** Columns of the terminal, for cutting the live line. */
  readonly columns: () => number;
  readonly verbose: boolean;
  readonly style: Style;
}

export interface Progress {
  readonly report: Report;
  /** Takes the live line away, before anything else is written. */
  clear(): void;
  /** Shows nothing until `work` is done, then what was reported meanwhile: a question stands on the screen, say. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

export function createProgress({ write, live, columns, verbose, style }: ProgressOptions): Progress {
  let shown = "";
  let held: Event[] | undefined;
  const waiting = new Map<string, string>();

  const clear = (): void => {
    if (shown !== "") write("\r\u001b[K");
    shown = "";
  };
  const showLive = (text: string): void => {
    clear();
    shown = text.slice(0, Math.max(10, columns() - 1));
    write(shown);
  };
  const line = (text: string): void => {
    const kept = shown;
    clear();
    write(`${text}\n`);
    if (kept !== "") showLive(kept);
  };

  const show = (event: Event): void => {
    switch (event.type) {
      case "progress": {
        const text = `${event.task} ${event.done}${event.total === null ? "" : `/${event.total}`}`;
        if (!live && event.done === event.total) line(style.dim(text));
        else if (live && event.done === event.total) clear();
        else if (live) showLive(text);
        return;
      }
      case "waiting":
        // The same reason again is no news.
        if (waiting.get(event.subject) === event.reason) return;
        waiting.set(event.subject, event.reason);
        line(style.dim(cleanLines(`… ${event.subject}: ${event.reason}`)));
        return;
      case "outcome":
        line(`${mark(event.status, style)} ${cleanLines(event.message)}`);
        return;
      case "warning":
        line(`${style.changed("!")} ${cleanLines(event.message)}`);
        return;
      case "detail":
        if (verbose) line(style.dim(cleanLines(event.message)));
        return;
    }
  };
  const report = (event: Event): void => {
    if (held) held.push(event);
    else show(event);
  };
  const hold = async <T>(work: () => Promise<T>): Promise<T> => {
    clear();
    held = [];
    try {
      return await work();
    } finally {
      const missed = held;
      held = undefined;
      missed.forEach(show);
    }
  };
  return { report, clear, hold };
}

function mark(status: OutcomeStatus, style: Style): string {
  switch (status) {
    case "done":
      return style.added("✓");
    case "failed":
      return style.removed("✗");
    case "refused":
      return style.removed("⊘");
    case "not tried":
      return style.dim("-");
  }
}
