#!/bin/sh
# Runs in a guest with the host's root file system, as root: tries all uses of load.sh, from a folder with a space in its
# name. Prints its messages and the results. The folder belongs to the user who ran sudo. Arguments: the checkout, the
# headers of the guest's kernel, busybox (the host may have no insmod).
set -u
checkout=$1
headers=$2
mkdir /tmp/bin
cp "$3" /tmp/bin/busybox
for applet in insmod rmmod; do ln -s busybox /tmp/bin/$applet; done
export PATH="/tmp/bin:$PATH"
tree='/tmp/my tree/lkm'
mkdir -p "$tree"
cp -r "$checkout/lkm/." "$tree"
rm -rf "$tree/.build"
mkdir '/tmp/my tree/.toolchain'
cp -r "$checkout/.toolchain/checkout" '/tmp/my tree/.toolchain'
chown -R 1234:1234 '/tmp/my tree'
export SUDO_UID=1234
# The user builds, but the headers may lie in root's closed home. Then they are mounted in an open folder too.
package=${headers%/src/*}
closed=
above=$package
while [ "$above" != / ]; do
  above=$(dirname "$above")
  [ -n "$(find "$above" -maxdepth 0 -perm -001)" ] || closed=$above
done
if [ -n "$closed" ]; then
  mkdir /tmp/package
  mount --bind "$package" /tmp/package
  mount -t tmpfs -o mode=755 open "$closed"
  mkdir -p "$package"
  mount --bind /tmp/package "$package"
fi
step() {
  echo "=== $1"
  shift
  "$@" 2>&1
  echo "status $?, $(grep -c '^procmap ' /proc/modules) loaded"
}
if grep -q lockdown= /proc/cmdline; then
  step refused env KDIR="$headers" sh "$tree/load.sh"
  exit
fi
chmod o+w "$tree/Kbuild"
step others_write env KDIR="$headers" sh "$tree/load.sh"
chmod o-w "$tree/Kbuild"
step left_out env LKM=no KDIR="$headers" sh "$tree/load.sh"
step no_headers sh "$tree/load.sh"
step not_loaded sh "$tree/load.sh" unload
# Replaces apt, which has no network here.
printf '#!/bin/sh\nexit 100\n' >/tmp/bin/apt-get
chmod +x /tmp/bin/apt-get
step not_installed env LKM=install sh "$tree/load.sh"
build="/lib/modules/$(uname -r)/build"
printf '#!/bin/sh\n[ "$*" = "install -y -q linux-headers-%s" ] && mkdir -p %s && ln -s %s %s\n' "$(uname -r)" "${build%/build}" "$headers" "$build" >/tmp/bin/apt-get
step loaded env LKM=install sh "$tree/load.sh"
step files head -n 1 /sys/kernel/debug/procmap/kernel_regions
step again sh "$tree/load.sh"
step roots find '/tmp/my tree' ! -uid 1234
# Like a module of other sources, but without a minute of compiling.
sed 's/srcversion=[0-9A-F]\{8\}/srcversion=00000000/' "$tree/.build/procmap.ko" >/tmp/other.ko
rmmod procmap
insmod /tmp/other.ko
step changed sh "$tree/load.sh"
# The digest from the owner's programs differs from the module that root gets.
printf '#!/bin/sh\n[ "$(id -u)" != 0 ] || exec /usr/bin/sha256sum\necho 0 -\n' >/tmp/bin/sha256sum
chmod +x /tmp/bin/sha256sum
cp -p "$tree/.build/digest" /tmp/digest
echo 0 >"$tree/.build/digest"
step swapped sh "$tree/load.sh"
rm /tmp/bin/sha256sum
cp /tmp/digest "$tree/.build/digest"
step unloaded sh "$tree/load.sh" unload
echo Y >/sys/module/module/parameters/sig_enforce
step unsigned sh "$tree/load.sh"
echo 'no C' >>"$tree/main.c"
printf '#!/bin/sh\necho main.c:1: error: no C\nexit 2\n' >/tmp/bin/make
chmod +x /tmp/bin/make
step broken sh "$tree/load.sh"
rm "$build"
echo 1 >/proc/sys/kernel/modules_disabled
step disabled sh "$tree/load.sh"
