// Kills a process at one of its calls: before AWS gets the call, or after AWS has done it and before it is answered.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { FaultOptions, Faults } from "./faults.ts";

/** When in the course of a call. */
export type KillMoment = "before" | "after";

/** @returns whether there was such a call; without it, the process has come to its own end */
export async function killAt(
  { faults }: { readonly faults: Faults },
  start: () => ChildProcess,
  call: number,
  kind: KillMoment,
  operations: FaultOptions = {},
): Promise<boolean> {
  const child = start();
  const closed = once(child, "close");
  let killed = false;
  const run = async () => {
    killed = true;
    child.kill("SIGKILL");
    await closed;
    return kind === "before" ? "cut" : undefined;
  };
  faults.at(call, { kind, run }, operations);
  await closed;
  return killed;
}
