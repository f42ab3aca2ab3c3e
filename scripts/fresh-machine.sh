#!/bin/sh
# Runs a command as on a machine that has nothing: a bare Debian with nodejs, npm and ca-certificates, an empty home, and a clean clone of HEAD as
# the working directory. What this machine uses to reach its package registries (apt's sources, proxies, certificates, the configuration of npm and
# cargo) is handed through as it is, and so is nothing else. Downloads are kept and shared between runs.
#
# Usage: fresh-machine.sh RELEASE COMMAND...     (as root; RELEASE is Debian's name or number: trixie, 13, bookworm, 12)
# Example: fresh-machine.sh trixie npm start
# Ends with the command's exit code; 125 where the machine could not be made.
set -eu

fail() {
	echo "fresh-machine: $*" >&2
	exit 125
}

case "${1:-}" in
12 | bookworm) suite=bookworm ;;
13 | trixie) suite=trixie ;;
-* | '') sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 125 ;;
*) suite=$1 ;;
esac
shift
[ $# -gt 0 ] || fail 'which command? for example: fresh-machine.sh trixie npm start'
[ "$(id -u)" = 0 ] || fail 'run it as root: it mounts /proc and /dev in the new root'
source=$(cd "$(dirname "$0")/.." && pwd)
for tool in git apt-get unshare; do
	command -v "$tool" >/dev/null || fail "this needs $tool"
done
if ! command -v mmdebstrap >/dev/null; then
	{ apt-get -q update && apt-get -q -y install mmdebstrap; } >&2 || fail 'mmdebstrap cannot be installed'
fi
unshare --mount --pid --fork true || fail 'this machine lets nobody mount: a container without CAP_SYS_ADMIN cannot make another machine'

cache=${XDG_CACHE_HOME:-$HOME/.cache}/confine-fresh
mkdir -p "$cache/apt-$suite" "$cache/npm" "$cache/cargo"
root=$(mktemp -d /var/tmp/confine-fresh.XXXXXX)
# Mounts live in a namespace of their own and end with it, and with it every process: what is left to remove is files.
child=
clean() {
	[ -z "$child" ] || kill -KILL "$child" 2>/dev/null || true
	rm -rf --one-file-system "$root"
}
trap clean EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mirror=${CONFINE_DEBIAN_MIRROR:-$(apt-get update --print-uris | sed -n "s|^'\([^' ]*/debian/\)dists/.*|\1|p" | head -n 1)}
[ -n "$mirror" ] || fail 'this machine'"'"'s apt knows no Debian mirror: set CONFINE_DEBIAN_MIRROR'
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] || fail "no $keyring: install debian-archive-keyring"
# Proxies, certificates and time-outs, whatever file they stand in.
apt-config dump | grep -i '^Acquire::\(http\|https\|Retries\)' >"$cache/handed-through.conf" || true

echo "fresh-machine: a bare Debian $suite" >&2
mmdebstrap --quiet --variant=minbase --include=ca-certificates,nodejs,npm \
	--aptopt="$cache/handed-through.conf" \
	"$suite" "$root" "deb [signed-by=$keyring] $mirror $suite main" >&2 || fail "no Debian $suite could be made"
cp "$cache/handed-through.conf" "$root/etc/apt/apt.conf.d/90handed-through"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
[ ! -e "$HOME/.npmrc" ] || cp "$HOME/.npmrc" "$root/etc/npmrc"
for config in "${CARGO_HOME:-$HOME/.cargo}"/config.toml "${CARGO_HOME:-$HOME/.cargo}"/config; do
	[ ! -e "$config" ] || cp "$config" "$cache/cargo/"
done
git clone --quiet --no-hardlinks "$source" "$root/srv/confine"
[ -z "$(git -C "$source" status --porcelain)" ] || echo 'fresh-machine: changes that are not committed are not in it' >&2

# What reaches registries is handed through from the environment too.
set -- env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	TERM="${TERM:-dumb}" npm_config_globalconfig=/etc/npmrc npm_config_cache=/var/cache/fresh/npm CARGO_HOME=/var/cache/fresh/cargo \
	$(env | grep -E '^(https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|CURL_CA_BUNDLE|CI|CONFINE_[A-Z_]*)=[^ ]*$' || true) \
	"$@"
export root cache suite
unshare --mount --pid --fork --kill-child --propagation private sh -euc '
	mount --bind "$root" "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /sys "$root/sys"
	mount --rbind /dev "$root/dev"
	mkdir -p "$root/var/cache/fresh"
	mount --bind "$cache" "$root/var/cache/fresh"
	mount --bind "$cache/apt-$suite" "$root/var/cache/apt/archives"
	exec chroot "$root" sh -c '"'"'cd /srv/confine && exec "$@"'"'"' sh "$@"
' sh "$@" &
child=$!
code=0
wait "$child" || code=$?
child=
exit "$code"
