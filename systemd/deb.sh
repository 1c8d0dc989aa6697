#!/bin/sh
# Makes the Debian package from the results of `make build`, by dpkg-deb; the build is reproducible. Prints its path. Needs neither root nor network.
set -eu
LC_ALL=C
export LC_ALL
umask 022
cd "$(dirname "$0")/.."
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
module_version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' lkm/dkms.conf)
# A placeholder: a package needs an address, and procmap has none.
maintainer='procmap authors <procmap@localhost>'
arch=$(dpkg --print-architecture)
# The time of the last commit, so that the package does not depend on when it is made. Root may run this in another user's checkout, too.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -c safe.directory="$(pwd -P)" log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s)}
export SOURCE_DATE_EPOCH

# Built under a temporary name and then moved, since two may run at the same time.
out=.cache/deb
mkdir -p "$out"
tree=$(mktemp -d "$out/tree.XXXXXX")
trap 'rm -rf "$tree" "$tree.deb"' EXIT
mkdir "$tree/DEBIAN"
DESTDIR=$PWD/$tree PREFIX=/usr sh systemd/install.sh install
# Not needed: dpkg keeps its own list.
rm "$tree/usr/lib/procmap/installed"
# Subfolders inherit a setgid bit, which dpkg-deb refuses.
find "$tree" -type d -exec chmod 00755 {} +

doc=$tree/usr/share/doc/procmap
# The changes of this version, in Debian's format.
{
  echo "procmap ($version) unstable; urgency=medium"
  echo
  awk -v "version=$version" '
    /^## / { on = $2 == version; next }
    !on { next }
    $1 == "###" { if (line != "") { print line; print "" } line = ""; print "  [ " substr($0, 5) " ]"; next }
    $1 == "-" { if (line != "") print line; line = "  *"; $1 = "" }
    { for (i = 1; i <= NF; i++) if ($i != "") {
        if (length(line) + 1 + length($i) > 78) { print line; line = "   " }
        line = line " " $i
    } }
    END { print line }' "$doc/CHANGELOG.md"
  echo
  echo " -- $maintainer  $(date -R -u -d "@$SOURCE_DATE_EPOCH")"
} >"$doc/changelog"
rm "$doc/CHANGELOG.md"
gzip -9n "$doc/changelog" "$tree/usr/share/man/man1/procmap.1"
rm "$doc/LICENSE"
cp systemd/deb/copyright "$doc/copyright"
mkdir -p "$tree/usr/share/lintian/overrides"
cp systemd/deb/lintian-overrides "$tree/usr/share/lintian/overrides/procmap"
# All files in the package have the same time.
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

# Depends: the libraries that the official Node is linked against. setpriv(1) and perl are part of every Debian.
cat >"$tree/DEBIAN/control" <<CONTROL
Package: procmap
Version: $version
Architecture: $arch
Maintainer: $maintainer
Section: devel
Priority: optional
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 7.1)
Recommends: dkms
Installed-Size: $(du -k -s --apparent-size "$tree/usr" | cut -f 1)
Description: whole virtual address space of a process, live
 Shows the complete virtual address space of a Linux process, the kernel's half
 and the user's, in the browser and in the terminal: every mapping and every
 gap, log-scaled and zoomable, with what ps(1) and smem(8) print.
 .
 The daemon is split into a reader with three capabilities and a web process
 with none. With DKMS, a kernel module is built that reports the regions of the
 kernel half.
CONTROL
(cd "$tree" && find usr -type f | sort | xargs -d '\n' md5sum) >"$tree/DEBIAN/md5sums"
for script in postinst prerm postrm; do
  sed "s/@MODULE_VERSION@/$module_version/g" "systemd/deb/$script" >"$tree/DEBIAN/$script"
  chmod 755 "$tree/DEBIAN/$script"
done
echo 'interest-noawait /usr/sbin/dkms' >"$tree/DEBIAN/triggers"
find "$tree/DEBIAN" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
package=$out/procmap_${version}_$arch.deb
echo "procmap: compressing $(du -m -s "$tree" | cut -f 1) MB, Node for the most part; this takes about a minute..." >&2
sh .toolchain/checkout/patience.sh 30 'compressing the package' dpkg-deb --build --root-owner-group "$tree" "$tree.deb" >/dev/null
mv "$tree.deb" "$package"
echo "$package"
