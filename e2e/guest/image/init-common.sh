# What the first processes of all guests begin with: each is a script that includes this one. Powers off if a step fails,
# whose message is then the last line on the console.
set -eu
/bin/busybox --install -s /bin
trap 'poweroff -f' EXIT
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "/modules/$module.ko"; done </modules/order

# Mounts a folder that the host shares. Arguments: its name, the place, more options (",ro").
mount_share() {
  mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000${3:-}" "$1" "$2"
}

# Makes /guest of the root that the host shares, with /out. Writes stay in memory, except for those to /out.
mount_guest() {
  mkdir /host /memory /guest
  mount_share host /host ,ro,cache=loose
  mount -t tmpfs -o mode=755 memory /memory
  mkdir /memory/written /memory/work
  mount -t overlay -o lowerdir=/host,upperdir=/memory/written,workdir=/memory/work guest /guest
  mkdir -p /guest/out
  mount_share out /guest/out
}

# Runs /out/command with the given words before it, and keeps its output. Arguments: the place of /out, the words.
run_command() {
  out=$1
  shift
  status=0
  "$@" /bin/sh /out/command </dev/null >"$out/stdout" 2>"$out/stderr" || status=$?
  # Written last: it tells the host that the other two are complete.
  echo "$status" >"$out/status"
}
