/** The unit's text: what is started, word by word. */

import { expect, test } from "@jest/globals";
import { unitText } from "./unit.ts";

const line = (text: string, name: string): string | undefined =>
  text.split("\n").find((it) => it.startsWith(`${name}=`));

test("starts the watch with the host's own landing zone file, and the flags of the installation", () => {
  const text = unitText({ program: ["/opt/bulkhead/bulkhead-ssh"], flags: ["--account", "shop-dev"], homes: "/home" });
  expect(line(text, "ExecStart")).toBe(
    "ExecStart=/opt/bulkhead/bulkhead-ssh watch --file /etc/bulkhead/bulkhead.yaml --account shop-dev",
  );
});

test("words reach the program as they are, whatever they hold", () => {
  const program = ["/opt/my programs/node", '/opt/100%/$HOME/"a\\b".js'];
  const text = unitText({ program, flags: [], homes: "/srv/user homes" });
  expect(line(text, "ExecStart")).toBe(
    'ExecStart="/opt/my programs/node" "/opt/100%%/$$HOME/\\"a\\\\b\\".js" watch --file /etc/bulkhead/bulkhead.yaml',
  );
  expect(line(text, "ReadWritePaths")).toContain(' "-/srv/user homes" ');
});
