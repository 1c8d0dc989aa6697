#!/bin/sh
# Runs a command as the owner of this checkout, with that user's groups and HOME, so that root leaves no files in it and no package's code runs as
# root. Just runs the command if the caller is not root or the checkout is root's. The command can gain no rights, not even by a password that sudo remembers.
# usage: as-owner.sh COMMAND...
set -eu
checkout=$(realpath -- "$(dirname -- "$0")/../..")
owner=$(stat -c %u -- "$checkout")
[ "$(id -u)" = 0 ] && [ "$owner" != 0 ] || exec "$@"

umask 022
# A make of another user cannot use our job server, so this one counts its own jobs.
MAKEFLAGS=$(printf %s "${MAKEFLAGS:-}" | sed 's/ *--jobserver-[a-z]*=[^ ]*//')
export MAKEFLAGS
unset SUDO_UID SUDO_GID SUDO_USER SUDO_COMMAND SUDO_HOME MAIL XDG_RUNTIME_DIR XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
if entry=$(getent passwd "$owner"); then
  USER=$(echo "$entry" | cut -d : -f 1)
  group=$(echo "$entry" | cut -d : -f 4)
  HOME=$(echo "$entry" | cut -d : -f 6)
  groups=--init-groups
else
  USER=$owner group=$(stat -c %g -- "$checkout") HOME= groups=--clear-groups
fi
# npm needs a home, and users of services have none.
[ -n "$HOME" ] && [ -d "$HOME" ] || HOME=$checkout/.cache/home
LOGNAME=$USER
export HOME USER LOGNAME

# In its own session: a program that shares root's terminal could type into it (TIOCSTI). Ctrl-C therefore has to be passed on.
exec 9<&0
setsid setpriv --reuid="$owner" --regid="$group" "$groups" --no-new-privs -- env --default-signal=INT,QUIT "$@" <&9 9<&- &
child=$!
trap 'kill -s TERM -- "-$child" 2>/dev/null' HUP INT TERM
while :; do
  status=0
  wait "$child" || status=$?
  # A signal can end the wait before the child has ended.
  kill -s 0 -- "$child" 2>/dev/null || exit "$status"
done
