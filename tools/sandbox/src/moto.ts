// Starts moto, the simulator of AWS behind the front.
import { motoPackages } from "./python.ts";
import { startSimulator, type Simulator } from "./simulator.ts";

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

/** Starts moto on a free port of the loopback interface and waits until it listens. */
export async function startMoto(): Promise<Simulator> {
  return startSimulator(motoPackages, SERVE, { MOTO_IAM_LOAD_MANAGED_POLICIES: "true", PYTHONHASHSEED: "0" });
}
