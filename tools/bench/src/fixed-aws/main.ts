/** The server of fixed answers as a process of its own, so that it doesn't share a core's time with what is measured. */

import type { AddressInfo } from "node:net";
import { createFixedAws } from "./server.ts";
import type { ServiceOptions } from "./services.ts";

const server = createFixedAws(JSON.parse(process.argv[2] ?? "{}") as ServiceOptions);
server.listen(0, "127.0.0.1", () => process.stdout.write(`${String((server.address() as AddressInfo).port)}\n`));
// The end of its standard input is the end of whoever started it.
process.stdin.resume().on("end", () => process.exit());
