#!/bin/sh
# Runs a command as the owner of this checkout, with his groups and his HOME, so that nothing of root's is left in it and no package's code runs as
# root; as it is where nobody is root here, or the checkout is root's own. What it runs gains no rights, by sudo's memory of a password neither.
# usage: as-owner.sh COMMAND...
set -eu
checkout=$(realpath -- "$(dirname -- "$0")/../..")
owner=$(stat -c %u -- "$checkout")
[ "$(id -u)" = 0 ] && [ "$owner" != 0 ] || exec "$@"

umask 022
# Makes of other users cannot share out jobs: this one begins to count anew.
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
# Nobody's home, as for users of services: npm needs one.
[ -n "$HOME" ] && [ -d "$HOME" ] || HOME=$checkout/.cache/home
LOGNAME=$USER
export HOME USER LOGNAME

# In a session of its own: what shares root's terminal could type into it (TIOCSTI). So Ctrl-C does not reach it by itself.
exec 9<&0
setsid setpriv --reuid="$owner" --regid="$group" "$groups" --no-new-privs -- env --default-signal=INT,QUIT "$@" <&9 9<&- &
child=$!
trap 'kill -s TERM -- "-$child" 2>/dev/null' HUP INT TERM
while :; do
  status=0
  wait "$child" || status=$?
  # A signal ends the wait before the child has ended.
  kill -s 0 -- "$child" 2>/dev/null || exit "$status"
done
