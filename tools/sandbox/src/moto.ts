// Starts moto, the simulator of AWS behind the front, so that nothing of it outlives this process.
//
// Python waits for the end of its standard input, which the kernel closes however this process ends, SIGKILL
// included; it then removes its working folder, which it made itself, and leaves.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { findPython } from "./python.ts";

// AWS's 1,400 managed policies are the same in every account; moto parses them anew for each, 0.1 s an account.
const SERVE = `
import copy, os, shutil, signal, sys, tempfile, traceback
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
folder = tempfile.tempdir = tempfile.mkdtemp(prefix="bulkhead-sandbox-")
try:
    os.chdir(folder)
    from moto.iam.models import IAMBackend, iam_backends
    from moto.server import ThreadedMotoServer
    load, shared = IAMBackend._init_aws_policies, []
    def share(backend):
        if not shared:
            shared.extend(load(backend))
        return [copy.copy(policy) for policy in shared]
    IAMBackend._init_aws_policies = share
    iam_backends["000000000000"]["aws"]
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    print(server.get_host_and_port()[1], folder, flush=True)
    sys.stdin.read()
except Exception:
    traceback.print_exc()
finally:
    shutil.rmtree(folder, ignore_errors=True)
    sys.stderr.flush()
    os._exit(0)
`;

const LOG_LIMIT = 64 * 1024;
const STOP_MS = 5_000;

/** A running moto. */
export interface Moto {
  readonly port: number;
  readonly pid: number;
  /** Its working folder, removed when it ends. */
  readonly folder: string;
  /** The last that it wrote to standard error: the request log, and the traceback of a call that failed in it. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts moto on a free port of the loopback interface and waits until it listens. */
export async function startMoto(): Promise<Moto> {
  const python = await findPython();
  const child = spawn(python.executable, [...python.args, "-c", SERVE], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      TMPDIR: process.env["TMPDIR"],
      HOME: process.env["HOME"],
      ...python.env,
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      PYTHONHASHSEED: "0",
    },
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-LOG_LIMIT);
  });
  child.stdin.on("error", () => undefined);
  const exited = new Promise<void>((resolve) => {
    child.once("close", () => {
      resolve();
    });
    child.once("error", (error) => {
      log += error.message;
      resolve();
    });
  });

  const lines = createInterface(child.stdout);
  const first = await Promise.race([once(lines, "line"), exited]);
  const ready = /^(\d+) (.+)$/.exec(String(first?.[0]));
  if (ready === null || child.pid === undefined) throw new Error(`moto did not start:\n${log}`);

  return {
    port: Number(ready[1]),
    pid: child.pid,
    folder: String(ready[2]),
    log: () => log,
    async stop() {
      child.stdin.end();
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await exited;
      clearTimeout(late);
    },
  };
}
