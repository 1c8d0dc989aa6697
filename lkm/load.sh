#!/bin/sh
# Builds the kernel module for the running kernel and loads it, if possible; `load.sh unload` unloads it. Prints one
# line on stderr with the result, or with the obstacle and the remedy. Loading never fails: procmap works without the
# module too.
#
# LKM=no does nothing. LKM=install installs the kernel's headers first, if there is apt. KDIR= is their folder.
#
# In a checkout of another user, that user builds it, not root (`load.sh build`, which prints the module, and its digest
# on descriptor 3). Root loads its own copy, if it has the digest that was taken when the compiler had ended.
set -u
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
umask 022

name=procmap
sources=$(dirname "$0")
checkout=$sources/../.toolchain/checkout
release=$(uname -r)
kdir=${KDIR:-/lib/modules/$release/build}
loaded=/sys/module/$name
lockdown=/sys/kernel/security/lockdown
unsigned='the kernel refuses unsigned modules (lockdown, Secure Boot)'
# The built module is kept here for the next time.
built=$sources/.build
# Variables of the make that calls us are not meant for the kernel's make.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES ARCH CROSS_COMPILE KDIR

say() { echo "procmap: kernel module $1" >&2; }
# Loading goes on without a module, but building alone fails.
[ "${1:-load}" = build ] && unable=1 || unable=0
not_loaded() {
  say "not loaded: $1"
  exit $unable
}

version_of() { tr '\0' '\n' <"$1" | sed -n 's/^srcversion=//p'; }
version_loaded() { cat "$loaded/srcversion" 2>/dev/null; }

# Everything that the built module depends on.
fingerprint() {
  echo "$release $kdir $(uname -v)"
  # The kernel may have been rebuilt with other options under the same name.
  for file in include/generated/autoconf.h Module.symvers; do { cksum <"$kdir/$file"; } 2>/dev/null; done
  find "$sources" \( -name '*.[ch]' -o -name Kbuild -o -name Makefile \) -type f ! -path '*/.build/*' | LC_ALL=C sort | while read -r file; do cksum <"$file"; done
}

have_headers() { [ -e "$kdir/Makefile" ]; }

apt_install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$1" >/dev/null 2>&1; }

install_headers() {
  headers=linux-headers-$release
  command -v apt-get >/dev/null || not_loaded "LKM=install is for Debian and Ubuntu; install the headers of Linux $release yourself"
  # Package lists of a new machine are empty or old, so update them if the first try fails.
  apt_install "$headers" || { apt-get update -q >/dev/null 2>&1 && apt_install "$headers"; } || not_loaded "apt-get could not install $headers"
}

digest() { sha256sum | cut -d ' ' -f 1; }

# Builds in a copy, since the kernel's make does not accept paths with spaces.
compile() {
  command -v make >/dev/null || not_loaded 'make is missing; apt-get install make gcc'
  make_work
  (cd "$sources" && tar -cf - --exclude=.build --exclude='*.o' --exclude='*.ko' .) | tar -xf - -C "$work"
  if ! make -j"$(getconf _NPROCESSORS_ONLN)" -C "$work" KDIR="$kdir" >"$work/log" 2>&1; then
    reason=$(grep -iE 'error|not found' "$work/log" | head -n 1)
    not_loaded "it does not build for Linux $release: ${reason:-$(tail -n 1 "$work/log")}"
  fi
  module=$work/$name.ko
}

make_work() {
  work=$(mktemp -d /tmp/procmap-lkm.XXXXXX) || not_loaded 'cannot create a folder in /tmp to build it'
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
}

# Prints the module. Also keeps it in $built, if that is writable.
build() {
  now=$(fingerprint)
  module=$built/$name.ko
  if [ -f "$module" ] && [ "$now" = "$(cat "$built/fingerprint" 2>/dev/null)" ] && digest <"$module" | cmp -s - "$built/digest"; then
    cat "$built/digest" >&3
  else
    compile
    digest <"$module" >"$work/digest"
    cat "$work/digest" >&3
    mkdir -p "$built" 2>/dev/null && cp "$module" "$built/new.ko" 2>/dev/null && mv "$built/new.ko" "$built/$name.ko" \
      && cp "$work/digest" "$built/digest" && echo "$now" >"$built/fingerprint"
  fi
  cat "$module"
}

# Lets the owner of the sources build it.
take() {
  make_work
  module=$work/$name.ko
  sh "$checkout/as-owner.sh" env KDIR="$kdir" sh "$0" build >"$module" 3>"$work/digest" || exit 0
  digest <"$module" | cmp -s - "$work/digest" || not_loaded 'the module was changed after it was built'
}

# Why insmod failed.
explain() {
  case $1 in
  *'Operation not permitted'* | *'Key was rejected'* | *'Required key not available'* | *'Permission denied'*)
    if grep -q '\[none\]' "$lockdown" 2>/dev/null && [ "$(cat /sys/module/module/parameters/sig_enforce 2>/dev/null)" != Y ]; then
      not_loaded 'the kernel accepts no modules from here, which may be a container'
    fi
    not_loaded "$unsigned"
    ;;
  *'No such device'*) not_loaded 'this kernel has no debugfs (debugfs=off, or it was built without)' ;;
  *'Invalid module format'* | *'Exec format error'*) not_loaded "the headers in $kdir are not those of the running kernel" ;;
  *) not_loaded "$1" ;;
  esac
}

load() {
  [ "${LKM:-}" != no ] && [ "$(id -u)" = 0 ] || exit 0
  [ -e /proc/modules ] || not_loaded 'this kernel does not support modules'
  [ "$(cat /proc/sys/kernel/modules_disabled 2>/dev/null)" != 1 ] || not_loaded 'loading modules is disabled (kernel.modules_disabled)'
  have_headers || [ "${LKM:-}" != install ] || install_headers
  if ! have_headers; then
    [ ! -e "$loaded" ] || { say "is already loaded; without kernel headers its version cannot be checked"; exit 0; }
    not_loaded "there are no kernel headers: make run LKM=install, or apt-get install linux-headers-$release"
  fi
  if [ ! -e "$loaded" ] && grep -qE '\[(integrity|confidentiality)\]' "$lockdown" 2>/dev/null; then not_loaded "$unsigned"; fi
  # Root must not run files that others can write.
  for folder in "$sources" "$checkout"; do open=$(sh "$checkout/writable.sh" "$folder") || not_loaded "${open:-$checkout/writable.sh failed}"; done
  take
  how=loaded
  if [ -e "$loaded" ]; then
    [ "$(version_of "$module")" != "$(version_loaded)" ] || { say 'is already loaded'; exit 0; }
    [ -e /sys/kernel/debug/$name/kernel_regions ] || [ ! -d /sys/kernel/debug/$name ] || not_loaded 'another module of that name is loaded (rmmod procmap)'
    rmmod $name 2>/dev/null || not_loaded 'an older one is loaded and cannot be unloaded (rmmod procmap)'
    how='reloaded, since its sources have changed'
  fi
  command -v insmod >/dev/null || not_loaded 'insmod is missing; apt-get install kmod'
  message=$(insmod "$module" 2>&1) || explain "$message"
  [ -e /sys/kernel/debug/$name ] || how="$how, but debugfs is not there: mount -t debugfs debugfs /sys/kernel/debug"
  say "$how"
}

unload() {
  [ -e "$loaded" ] || { say 'is not loaded'; exit 0; }
  [ "$(id -u)" = 0 ] || { say 'can be unloaded by root only'; exit 1; }
  message=$(rmmod $name 2>&1) || { say "could not be unloaded: $message"; exit 1; }
  say unloaded
}

case ${1:-load} in
load) load ;;
build) build ;;
unload) unload ;;
*)
  echo "usage: load.sh [load | build | unload]" >&2
  exit 2
  ;;
esac
