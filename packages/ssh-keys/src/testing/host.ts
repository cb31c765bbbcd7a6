/**
 * A Linux machine for tests: systemd, sshd, sudo, the user tools and slapd, all real, over the machine's own files, which
 * stay as they are. It has root, `ec2-user` with sudo as cloud-init makes one, and nobody else who can log in.
 */

import { bootNamespaces, finish, type Ran, type RunOptions, type Running } from "./boot-host.ts";

/** A key pair in the host's /root. */
export interface Key {
  readonly file: string;
  /** Type and base64, without a comment. */
  readonly line: string;
}

export interface TestHost extends AsyncDisposable {
  /** The process id of its systemd, as this machine counts. */
  readonly init: number;
  /** Runs a program as root, in the folder `/`. It may fail. */
  run(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Starts one that goes on. */
  start(argv: readonly string[], options?: RunOptions): Running;
  /** Runs a shell script; `$1` and so on are its arguments. @returns its output @throws with all it said if it fails */
  sh(script: string, ...args: readonly string[]): Promise<string>;
  /** Replaces a file, through links if there are any. */
  write(path: string, text: string | Buffer, mode?: string): Promise<void>;
  read(path: string): Promise<string>;
  makeKey(name: string, type?: string): Promise<Key>;
  /** Logs in through sshd as a client of 127.0.0.1 with this key alone. */
  ssh(login: string, key: Key, command?: string): Promise<Ran>;
  /** The keys of those who are there from the start. */
  readonly root: Key;
  readonly machineUser: Key;
}

export const MACHINE_USER = "ec2-user";

const SET_UP = `
useradd --system --home-dir /run/sshd --no-create-home --shell /usr/sbin/nologin sshd 2>/dev/null || :
[ -e /etc/ssh/sshd_config ] || cp /usr/share/openssh/sshd_config /etc/ssh/sshd_config
rm -f /etc/ssh/ssh_host_*
ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
install -d -m 700 /root/.ssh
cp "$2.pub" /root/.ssh/authorized_keys
useradd --create-home --shell /bin/bash "$1"
install -d -m 700 -o "$1" -g "$1" "/home/$1/.ssh"
install -m 600 -o "$1" -g "$1" "$3.pub" "/home/$1/.ssh/authorized_keys"
echo "$1 ALL=(ALL) NOPASSWD:ALL" >/etc/sudoers.d/90-cloud-init-users
chmod 440 /etc/sudoers /etc/sudoers.d/90-cloud-init-users
systemctl start ssh.service
`;

/** @throws Error with what is to be done, where the machine lacks something or this process isn't root */
export async function openHost(): Promise<TestHost> {
  const namespaces = await bootNamespaces();
  const { init, start } = namespaces;
  const run = (argv: readonly string[], options: RunOptions = {}): Promise<Ran> =>
    finish(start(argv, options), options);
  const expectSuccess = async (argv: readonly string[], options?: RunOptions): Promise<string> => {
    const { code, signal, stdout, stderr } = await run(argv, options);
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code ?? signal}:\n${stdout}${stderr}`);
    return stdout;
  };
  const sh = (script: string, ...args: readonly string[]): Promise<string> =>
    expectSuccess(["sh", "-euc", script, "sh", ...args]);

  const makeKey = async (name: string, type = "ed25519"): Promise<Key> => {
    const file = `/root/key-${name}`;
    const [kind, bits = []] = type.startsWith("rsa-") ? ["rsa", ["-b", type.slice(4)]] : [type];
    await expectSuccess(["ssh-keygen", "-q", "-t", kind, ...bits, "-N", "", "-C", "", "-f", file]);
    return { file, line: (await sh('cat "$1.pub"', file)).trim() };
  };
  try {
    const root = await makeKey("root");
    const machineUser = await makeKey("machine-user");
    await sh(SET_UP, MACHINE_USER, root.file, machineUser.file);
    return {
      init,
      run,
      start,
      sh,
      root,
      machineUser,
      makeKey,
      write: async (path, text, mode = "644") => {
        const script = 'cat >"$1" && chmod "$2" "$1"';
        await expectSuccess(["sh", "-euc", script, "sh", path, mode], { input: text });
      },
      read: (path) => sh('cat "$1"', path),
      ssh: (login, key, command = "true") => run([...sshArguments(key), `${login}@127.0.0.1`, command]),
      [Symbol.asyncDispose]: () => namespaces[Symbol.asyncDispose](),
    };
  } catch (error) {
    await namespaces[Symbol.asyncDispose]();
    throw error;
  }
}

function sshArguments({ file }: Key): readonly string[] {
  const options = { BatchMode: "yes", IdentitiesOnly: "yes", StrictHostKeyChecking: "no", LogLevel: "ERROR" };
  const flags = Object.entries({ ...options, UserKnownHostsFile: "/dev/null" }).map(
    ([name, value]) => `-o${name}=${value}`,
  );
  return ["ssh", "-F", "none", "-i", file, ...flags];
}
