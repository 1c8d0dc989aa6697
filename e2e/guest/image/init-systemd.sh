#!/bin/busybox sh
# The first process of a guest that runs systemd (see guest.ts): uses the folder that the host shares as its root, and
# executes systemd there. Writes stay in memory, except for /out. A unit runs /out/command once the system is up, and
# powers off.
. /init-common.sh
mount_guest

units=/guest/etc/systemd/system
: >/guest/etc/machine-id
# These are not tested, and take long under emulation.
for unit in console-getty.service getty@.service serial-getty@.service getty.target systemd-logind.service systemd-udevd.service systemd-udev-trigger.service \
  systemd-udev-settle.service systemd-modules-load.service systemd-binfmt.service systemd-update-utmp.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
  e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer systemd-networkd.service dkms.service; do
  ln -sf /dev/null "$units/$unit"
done
cat >"$units/procmap-test.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
StandardOutput=file:/out/stdout
StandardError=file:/out/stderr
ExecStart=/bin/sh -c 'status=0; sh /out/command || status=$?; echo $status >/out/status'
ExecStopPost=/bin/systemctl poweroff --force --force
UNIT
mkdir -p "$units/multi-user.target.wants"
ln -sf ../procmap-test.service "$units/multi-user.target.wants/procmap-test.service"
umount /proc
trap - EXIT
exec switch_root /guest /sbin/init
