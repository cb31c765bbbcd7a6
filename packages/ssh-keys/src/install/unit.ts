/** The systemd unit of the daemon, as text: systemd.service(5), systemd.exec(5). */

import { ENVIRONMENT_FILE, LANDING_ZONE_FILE } from "../paths.ts";

export interface UnitOptions {
  /** What starts Bulkhead, as absolute paths, ahead of `watch`. */
  readonly program: readonly string[];
  /** Flags of `watch`, beside the file. */
  readonly flags: readonly string[];
  /** Folder that homes are made in. */
  readonly homes: string;
}

/**
 * The daemon is root: it makes users, and they are files of root's. So what is taken from it is all that making users
 * needs none of: devices, the kernel, namespaces, other system calls, new rights for what it starts, and all folders but
 * those in which users, homes, keys and mail stand. V8 writes code, so memory that is both writable and executable stays.
 */
export function unitText({ program, flags, homes }: UnitOptions): string {
  const command = [...program, "watch", "--file", LANDING_ZONE_FILE, ...flags];
  return `# Written by \`bulkhead ssh install\`. Put changes into a drop-in: systemctl edit bulkhead-ssh.service
[Unit]
Description=Bulkhead: users and keys from the directory
Documentation=man:sshd_config(5)
Wants=network-online.target
After=network-online.target nss-user-lookup.target
StartLimitIntervalSec=0

[Service]
ExecStart=${command.map(quote).join(" ")}
EnvironmentFile=-${ENVIRONMENT_FILE}
Restart=always
# A stop by SIGTERM is no failure.
SuccessExitStatus=130
RestartSec=5
KillMode=mixed
TimeoutStopSec=60
UMask=0077

ProtectSystem=strict
ReadWritePaths=/etc /run /var/lib ${quote(`-${homes}`)} -/var/mail -/var/spool/mail -/var/log/lastlog -/var/log/faillog
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
NoNewPrivileges=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID CAP_KILL CAP_SYS_PTRACE CAP_AUDIT_WRITE

[Install]
WantedBy=multi-user.target
`;
}

/** One word of systemd's: its specifiers and variables mean nothing in it. */
function quote(word: string): string {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w./:@%+=,-]+$/.test(plain) ? plain : `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
