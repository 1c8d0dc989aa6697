#!/bin/sh
# Writes the module's sources in the kernel's format, or with --check fails if they are not in it. Without clang-format it says so, and that is all.
set -eu
cd "$(dirname "$0")"
if ! command -v clang-format >/dev/null; then
  echo 'procmap: clang-format is not installed: the format of lkm/ is left as it is' >&2
  exit 0
fi
case ${1:-} in
--check) set -- --dry-run --Werror ;;
*) set -- -i ;;
esac
exec clang-format "$@" ./*.[ch] arch/*.[ch]
