#!/bin/sh
# Formats the module's sources in the kernel's style, or with --check fails if they differ. Without clang-format it only prints a message.
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
