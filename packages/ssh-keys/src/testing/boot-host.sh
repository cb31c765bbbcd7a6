#!/bin/sh
# Becomes the first process of a test host: a root of its own over the machine's (whose files it never writes), and
# systemd, in namespaces that `boot-host.ts` has made but for the control groups' one.
# Usage: boot-host.sh FOLDER-TO-SHOW PACKAGE...
set -eu
repository=$1
shift

mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root /mnt/cgroup

# A control group for systemd to be the root of. Those of hosts that were killed are empty, and go.
mount -t cgroup2 cgroup2 /mnt/cgroup
for group in /mnt/cgroup/bulkhead-host-*; do
  grep -qs '^populated 0' "$group/cgroup.events" && find "$group" -depth -type d -exec rmdir {} + || :
done
group=/mnt/cgroup/bulkhead-host-$(cat /proc/sys/kernel/random/uuid)
mkdir "$group"
echo $$ >"$group/cgroup.procs"

mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
cd /mnt/root
for package; do dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink; done

mount -t proc proc proc
# What is below isn't this host's alone: the kernel's settings, the machine's devices.
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for folder in dev/shm run tmp var/tmp; do mount -t tmpfs -o mode=1777 tmpfs $folder; done
chmod 755 run
mkdir -p ".$repository"
mount --bind "$repository" ".$repository"
mount -o remount,bind,ro ".$repository"

# No service of the machine's own starts in here.
rm -rf etc/systemd/system/*.wants etc/systemd/system/*.requires .dockerenv
for unit in getty.target systemd-logind.service dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
  proc-sys-fs-binfmt_misc.automount systemd-udevd.service dbus.socket; do
  ln -sf /dev/null etc/systemd/system/$unit
done
printf '[Unit]\nRequires=sysinit.target\nAfter=sysinit.target\nWants=systemd-user-sessions.service\n' >etc/systemd/system/default.target
hostname test-host
echo test-host >etc/hostname
echo '127.0.0.1 localhost test-host' >etc/hosts

mkdir old
pivot_root . old
umount -l old
rmdir old
export container=bulkhead
# The control group's namespace before its mount: what is mounted shows the namespace's part alone.
exec setpriv --bounding-set -sys_boot,-sys_module,-sys_rawio,-sys_time unshare --cgroup sh -c '
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec /lib/systemd/systemd --system --show-status=0 --log-target=journal'
