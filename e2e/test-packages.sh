#!/bin/sh
# Installs the Debian packages that the tests need besides procmap itself, as root; otherwise names the missing ones in
# one line.
# `test-packages.sh quick`: only what `make test` needs.
set -eu
PACKAGES='chromium fonts-dejavu-core fonts-dejavu-extra gcc iproute2 libc6-dev libelf1 mandoc procps smem strace zsh'
[ "$(uname -m)" != x86_64 ] || PACKAGES="$PACKAGES gcc-multilib"
if [ "${1:-}" != quick ]; then
  # The first brings all of LLVM, just to format a few files.
  PACKAGES="$PACKAGES clang-format curl sparse"
  # In Ubuntu it is only a snap.
  [ "$(. /etc/os-release && echo "$ID")" != debian ] || PACKAGES="$PACKAGES firefox-esr"
  # Real kernels are only booted on this architecture.
  [ "$(uname -m)" != x86_64 ] || PACKAGES="$PACKAGES debootstrap qemu-system-arm qemu-system-x86"
  # Programs that know what their memory is for (api/uses.slow.test.ts).
  PACKAGES="$PACKAGES default-jdk-headless golang-go libjemalloc2 libmimalloc2.0 libtcmalloc-minimal4 luajit php-cli postgresql redis-server valgrind"
fi
missing=
for package in $PACKAGES; do
  [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  echo "procmap: the tests need these packages: sudo apt-get install$missing" >&2
  exit 1
fi
echo "procmap: installing what the tests need:$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# A package that brings a service may not start it: neither now nor at the next boot.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
install() { apt-get install -y -q --no-install-recommends $missing >"$log" 2>&1; }
# Package lists of a new machine are empty or old, so update them if the first try fails.
install || { apt-get update -q >"$log" 2>&1 && install; } || { tail -n 5 "$log" >&2; echo "procmap: apt-get could not install:$missing" >&2; rm -f "$log"; exit 1; }
rm -f "$log"
for service in postgresql redis-server; do
  case " $missing " in *" $service "*) systemctl disable --quiet "$service" 2>/dev/null || true ;; esac
done
