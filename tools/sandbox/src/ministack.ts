// Starts MiniStack, the simulator behind the front for what moto only pretends: CloudFormation stacks and what they make.
import { ministackPackages } from "./python.ts";
import { startSimulator, type Simulator } from "./simulator.ts";

// It is given its socket, since its own command takes a port that somebody else may have taken meanwhile. It asks for
// capabilities only together with its IAM enforcement, which would refuse the sandbox's keys; AWS always does:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
const SERVE = `
import asyncio, os, shutil, signal, socket, sys, tempfile, threading, traceback
signal.signal(signal.SIGINT, signal.SIG_IGN)
folder = tempfile.tempdir = tempfile.mkdtemp(prefix="bulkhead-sandbox-")
try:
    os.chdir(folder)
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    port = listening.getsockname()[1]
    os.environ.update(GATEWAY_PORT=str(port), MINISTACK_HOST="127.0.0.1", TMPDIR=folder)
    stdout, sys.stdout = sys.stdout, sys.stderr
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app
    from ministack.services.cloudformation import handlers
    handlers._capabilities_enforced = lambda: True
    config = Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.loglevel = "WARNING"
    config.keep_alive_timeout = 3600
    async def run():
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        def wait():
            sys.stdin.read()
            loop.call_soon_threadsafe(ended.set)
        threading.Thread(target=wait, daemon=True).start()
        signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(ended.set))
        loop.call_soon(lambda: print(port, folder, flush=True, file=stdout))
        await serve(app, config, shutdown_trigger=ended.wait)
    asyncio.run(run())
except Exception:
    traceback.print_exc()
finally:
    shutil.rmtree(folder, ignore_errors=True)
    sys.stderr.flush()
    os._exit(0)
`;

/** Starts MiniStack on a free port of the loopback interface and waits until it listens. */
export async function startMinistack(): Promise<Simulator> {
  return startSimulator(ministackPackages, SERVE, { LOG_LEVEL: "WARNING" });
}
