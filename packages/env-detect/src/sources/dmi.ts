/** What the firmware says of the machine (DMI): whether it is EC2 at all, so that nobody else is asked for IMDS. */

import type { Finding, Surroundings } from "../findings.ts";

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html */
export function dmi({ env, readFile }: Surroundings): Finding[] {
  const read = (path: string): string => readFile(path)?.trim() ?? "";
  const vendor = read("/sys/class/dmi/id/sys_vendor");
  // Xen instances tell it by a UUID that begins with ec2; only Nitro instances have the vendor.
  const isEc2 = vendor === "Amazon EC2" || read("/sys/hypervisor/uuid").startsWith("ec2");
  if (!isEc2) return [];
  const of = { side: "machine", source: "DMI", trust: "strong" } as const;
  const findings: Finding[] = [{ about: "platform", value: "ec2", ...of }];
  if (env["KUBERNETES_SERVICE_HOST"]) {
    findings.push({ ...of, about: "platform", value: "eks", source: "KUBERNETES_SERVICE_HOST on EC2", trust: "hint" });
  }
  const instance = read("/sys/class/dmi/id/board_asset_tag");
  if (instance.startsWith("i-")) findings.push({ about: "instance", value: instance, ...of });
  return findings;
}
