/** Progress: one live line on a terminal, plain lines elsewhere, and silence while a question is open. */

import { describe, expect, it } from "@jest/globals";
import type { Event } from "./events.ts";
import { createProgress, type Progress } from "./progress.ts";
import { createStyle } from "./style.ts";

const erase = "\r\u001b[K";

function start({ live = false, verbose = false, columns = 80 } = {}): Progress & { written: () => string } {
  let text = "";
  const progress = createProgress({
    write: (more) => (text += more),
    live,
    columns: () => columns,
    verbose,
    style: createStyle(false),
  });
  return { ...progress, written: () => text };
}
const step = (done: number, total: number | null = 3): Event => ({ type: "progress", task: "reading", done, total });
const waiting = (reason: string, subject = "player"): Event => ({ type: "waiting", subject, reason });

describe("on a terminal", () => {
  it("keeps one line that changes in place and goes when the task is done", () => {
    const { report, written } = start({ live: true });
    for (const done of [1, 2, 3]) report(step(done));
    expect(written()).toBe(`reading 1/3${erase}reading 2/3${erase}`);
  });

  it("shows a count without a total while there is none", () => {
    const { report, written } = start({ live: true });
    report(step(7, null));
    expect(written()).toBe("reading 7");
  });

  it("writes lines above the live line", () => {
    const { report, written } = start({ live: true });
    report(step(1));
    report({ type: "outcome", status: "done", subject: "a", message: "created a" });
    expect(written()).toBe(`reading 1/3${erase}✓ created a\nreading 1/3`);
  });

  it("cuts the live line to the terminal's width", () => {
    const { report, written } = start({ live: true, columns: 11 });
    report(step(100, 1000));
    expect(written()).toBe("reading 10");
  });

  it("lets nothing that comes from outside steer the terminal", () => {
    const { report, written } = start();
    report({ type: "warning", message: "said \u001b]0;x\u0007" });
    report(waiting("\u001b[2J", "a\rb"));
    expect(written()).toBe("! said �]0;x�\n… a�b: �[2J\n");
  });

  it("clears the live line once", () => {
    const { report, clear, written } = start({ live: true });
    clear();
    expect(written()).toBe("");
    report(step(1));
    clear();
    clear();
    expect(written()).toBe(`reading 1/3${erase}`);
  });
});

describe("elsewhere", () => {
  it("writes a line for a task only when it is done, and never a control character", () => {
    const { report, clear, written } = start();
    for (const done of [1, 2, 3]) report(step(done));
    clear();
    expect(written()).toBe("reading 3/3\n");
  });

  it("marks each outcome", () => {
    const { report, written } = start();
    for (const status of ["done", "failed", "refused", "not tried"] as const) {
      report({ type: "outcome", status, subject: "a", message: status });
    }
    expect(written()).toBe("✓ done\n✗ failed\n⊘ refused\n- not tried\n");
  });

  it("shows warnings always, and details only when verbose", () => {
    const events: Event[] = [
      { type: "warning", message: "careful" },
      { type: "detail", message: "a call" },
    ];
    const [usual, verbose] = [start(), start({ verbose: true })];
    events.forEach(usual.report);
    events.forEach(verbose.report);
    expect(usual.written()).toBe("! careful\n");
    expect(verbose.written()).toBe("! careful\na call\n");
  });
});

describe("waiting", () => {
  it("is said once for each reason and subject", () => {
    const { report, written } = start();
    report(waiting("creating"));
    report(waiting("creating"));
    report(waiting("creating", "ads"));
    report(waiting("moving"));
    report(waiting("moving"));
    expect(written()).toBe("… player: creating\n… ads: creating\n… player: moving\n");
  });
});

describe("held", () => {
  it("shows nothing until the work is done, then all of it", async () => {
    const { report, hold, written } = start({ live: true });
    report(step(1));
    let during = "";
    const answer = await hold(async () => {
      report({ type: "warning", message: "first" });
      report(step(2));
      during = written();
      return "yes";
    });
    expect(answer).toBe("yes");
    expect(during).toBe(`reading 1/3${erase}`);
    expect(written()).toBe(`reading 1/3${erase}! first\nreading 2/3`);
  });

  it("goes on after work that failed", async () => {
    const { report, hold, written } = start();
    await expect(hold(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    report({ type: "warning", message: "after" });
    expect(written()).toBe("! after\n");
  });
});
