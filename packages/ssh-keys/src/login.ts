/**
 * Names of Linux users and groups out of a directory: pure.
 *
 *   text                                              | becomes
 *   --------------------------------------------------+--------------------------------------------------
 *   a-z or _ first, then a-z, 0-9, _ and -, 32 at most| that name (useradd(8), "CAVEATS")
 *   the same with capitals                            | in small letters: a uid has no case (RFC 4519 §2.39)
 *   a name of the system's, or with rights of its own | refused, whether or not this host has it
 *   anything else                                     | refused: slashes, line feeds, a leading dash, …
 */

declare const checked: unique symbol;
/** A name that was checked: it is safe in a path, in sudoers and as a word of a command. */
export type Login = string & { readonly [checked]: true };

/** Users that a distribution, its packages or an image makes; some only later than Bulkhead. */
const systemUsers = new Set(
  `root toor daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody nogroup adm
   shutdown halt operator ftp postfix chrony rpc rpcuser nfsnobody dbus messagebus avahi tss polkitd tcpdump sshd ntp
   apache nginx mysql postgres redis memcached openldap ldap sssd nscd nslcd named bind unbound squid dnsmasq rtkit
   pulse gdm libvirt-qemu qemu kvm docker containerd kubelet etcd jenkins gitlab-runner ssm-user ec2-user
   ec2-instance-connect ubuntu admin debian centos fedora rocky almalinux cloud-user core bitnami hadoop ansible
   vagrant sudo wheel`.split(/\s+/),
);

/** Groups whose members may do what root may, or read what only root should; packages make some of them later. */
const systemGroups = new Set(
  `root wheel sudo admin adm shadow disk kmem mem docker lxd lxc incus libvirt kvm systemd-journal tty utmp video
   audio input render netdev staff operator daemon bin sys ssh ssh_keys sgx crontab mail dip plugdev users nogroup
   nobody wireshark vboxusers podman microk8s google-sudoers`.split(/\s+/),
);

/** The name as Linux takes it; or what is wrong with it. */
export function parseLogin(text: string): Login | { readonly fault: string } {
  const name = lowerCase(text);
  if (!isLinuxName(name))
    return { fault: "is no Linux name: a-z, 0-9, _ and -, a letter first, 32 characters at most" };
  if (systemUsers.has(name) || isOwn(name)) return { fault: "is a name that the system keeps for itself" };
  return name;
}

/** As `parseLogin`, for a group. */
export function parseGroupName(text: string): string | { readonly fault: string } {
  const name = lowerCase(text);
  if (!isLinuxName(name))
    return { fault: "is no Linux name: a-z, 0-9, _ and -, a letter first, 32 characters at most" };
  if (systemGroups.has(name) || systemUsers.has(name) || isOwn(name))
    return { fault: "is a name that the system keeps for itself" };
  return name;
}

/** Of ASCII only: other alphabets have letters whose small form is one of ours (the Kelvin sign is a k). */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether the text can be the name of a Linux user or group, the system's own included. */
export function isLinuxName(text: string): text is Login {
  return /^[a-z_][a-z0-9_-]{0,31}$/.test(text);
}

function isOwn(name: string): boolean {
  return /^(bulkhead|systemd|_)/.test(name);
}
