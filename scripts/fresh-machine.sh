#!/bin/sh
# Runs a command as on a machine that has nothing: a bare Debian with nodejs, npm and ca-certificates, an empty home, and a clean clone of HEAD as
# the working directory. How this machine reaches package registries is handed through as it is (apt's sources, keys, proxies; the configuration of
# npm and cargo; certificates), and nothing else is. Downloads are kept in ${XDG_CACHE_HOME:-~/.cache}/confine-fresh and shared between runs.
#
# Usage: fresh-machine.sh RELEASE COMMAND...     (as root; RELEASE is Debian's name or number: trixie, 13, bookworm, 12)
# Example: fresh-machine.sh trixie npm start
# With FRESH_MACHINE_OUT=DIRECTORY, that directory is /srv/out there, for what shall be left when the machine is gone.
# Ends with the command's exit code; 125 where the machine could not be made.
set -eu

fail() {
	echo "fresh-machine: $*" >&2
	exit 125
}

outside() {
	case "${1:-}" in
	12) suite=bookworm ;;
	13) suite=trixie ;;
	-* | '' | *[!a-z]*) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 125 ;;
	*) suite=$1 ;;
	esac
	shift
	[ $# -gt 0 ] || fail 'which command? for example: fresh-machine.sh trixie npm start'
	[ "$(id -u)" = 0 ] || fail 'run it as root: it mounts /proc and /dev in the new root'
	for tool in git apt-get unshare setpriv; do
		command -v "$tool" >/dev/null || fail "this needs $tool"
	done
	unshare --mount --pid --fork --mount-proc true 2>/dev/null ||
		fail 'this machine lets root mount nothing: a container without CAP_SYS_ADMIN cannot make another machine'
	if ! command -v mmdebstrap >/dev/null; then
		{ apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install mmdebstrap; } >&2 || fail 'mmdebstrap cannot be installed'
	fi

	source=$(cd "$(dirname "$0")/.." && pwd)
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/confine-fresh
	work=$(mktemp -d /var/tmp/confine-fresh.XXXXXX)
	child=
	trap clean EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	export suite source cache work
	# In the background, since a shell that waits for its foreground answers no signal; with our own input, which the background takes away.
	exec 3<&0
	setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc --propagation private sh "$0" --inside "$@" <&3 3<&- &
	child=$!
	code=0
	wait "$child" || code=$?
	exit "$code"
}

# All mounts and processes of the new machine are in namespaces that end with their first process: what is left to remove is files.
clean() {
	trap '' HUP INT TERM
	if [ -n "$child" ]; then
		kill -KILL "$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
	fi
	for _ in 1 2 3 4 5; do
		rm -rf --one-file-system "$work" 2>/dev/null && return
		sleep 1
	done
	echo "fresh-machine: $work could not be removed" >&2
}

inside() {
	root=$work/root
	mkdir -p "$cache/apt-$suite" "$cache/npm" "$cache/cargo-registry"
	sources "$work"
	[ -e "$work/debian.sources" ] || [ -e "$work/debian.list" ] ||
		fail 'no source of this machine'"'"'s apt is one of its Debian release: set CONFINE_DEBIAN_MIRROR'
	# Proxies, certificates and time-outs, whatever file they stand in.
	apt-config dump | grep '^Acquire::' >"$work/90handed-through" || true

	echo "fresh-machine: a bare Debian $suite" >&2
	# --skip: the packages go back to the cache, see keep_packages. A machine that is thrown away need not survive a power cut.
	mmdebstrap --quiet --mode=root --variant=minbase --include=ca-certificates,nodejs,npm --aptopt="$work/90handed-through" \
		--skip=download/empty --skip=essential/unlink --skip=cleanup/apt --dpkgopt=force-unsafe-io \
		--setup-hook='mkdir -p "$1/var/cache/apt/archives" && cp -l "$cache/apt-$suite/"*.deb "$1/var/cache/apt/archives/" 2>/dev/null ||
			cp "$cache/apt-$suite/"*.deb "$1/var/cache/apt/archives/" 2>/dev/null || true' \
		"$suite" "$root" "$work"/debian.* </dev/null >&2 || fail "no Debian $suite could be made"
	hand_through

	git clone --quiet --no-hardlinks "$source" "$root/srv/confine" || fail "HEAD of $source cannot be cloned"
	[ -z "$(git -C "$source" status --porcelain)" ] || echo 'fresh-machine: changes that are not committed are not in it' >&2

	mount --bind "$root" "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /sys "$root/sys"
	mount --rbind /dev "$root/dev"
	mkdir -p "$root/var/cache/fresh/npm" "$root/var/cache/fresh/cargo/registry" "$root/srv/out"
	mount --bind "$cache/npm" "$root/var/cache/fresh/npm"
	mount --bind "$cache/cargo-registry" "$root/var/cache/fresh/cargo/registry"
	[ -z "${FRESH_MACHINE_OUT:-}" ] || mount --bind "$FRESH_MACHINE_OUT" "$root/srv/out"

	code=0
	set -f
	# A background's interrupt is ignored, for good where nobody says otherwise: the command must see its own.
	env -i --default-signal=INT,QUIT HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" \
		npm_config_globalconfig=/etc/npmrc npm_config_cache=/var/cache/fresh/npm CARGO_HOME=/var/cache/fresh/cargo \
		$(env | grep -E "^($HANDED_THROUGH)=[^[:space:]]*\$" || true) \
		chroot "$root" sh -c 'cd /srv/confine && exec "$@"' sh "$@" || code=$?
	set +f
	keep_packages
	return "$code"
}

# What says how registries are reached. None of the machine's own settings of npm is among them but these: npm sets many for what it runs.
HANDED_THROUGH='https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|all_proxy|ALL_PROXY|npm_config_(registry|cafile|proxy|https_proxy|noproxy)'
HANDED_THROUGH="$HANDED_THROUGH|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|CURL_CA_BUNDLE|CARGO_(HTTP|NET|REGISTRIES|SOURCE)_[A-Z0-9_]*"
HANDED_THROUGH="$HANDED_THROUGH|CI|CONFINE_(ACCELERATOR|DEBIAN_MIRROR|TEST_RESULTS)"

# This machine's sources of its own Debian release, said for the other one: debian.sources and debian.list in the directory $1. Sources of
# somebody else's packages are left out, since nobody says that they have this release.
sources() {
	if [ -n "${CONFINE_DEBIAN_MIRROR:-}" ]; then
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $CONFINE_DEBIAN_MIRROR $suite main" >"$1/debian.list"
		return
	fi
	own=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	translate='
		# The suite of the new machine for one of ours; empty for any other. What is not released has no updates.
		function translated(name) {
			if (name !~ ("^(" own "|stable|oldstable)(-updates|-security)?$")) return ""
			if (suite ~ /^(sid|unstable)$/) return name ~ /-/ ? "" : suite
			sub("^(" own "|stable|oldstable)", suite, name)
			return name
		}'
	cat /etc/apt/sources.list.d/*.sources 2>/dev/null | sed '/^#/d' | awk -v own="$own" -v suite="$suite" -v RS= -F '\n' "$translate"'
		/(^|\n)Types:[^\n]*deb( |\n|$)/ && !/(^|\n)Enabled: *no/ {
			kept = 0; text = ""
			for (i = 1; i <= NF; i++) {
				line = $i
				if (line ~ /^Suites:/) {
					count = split(line, words, /[ \t]+/); line = "Suites:"
					for (j = 2; j <= count; j++) if (translated(words[j]) != "") { line = line " " translated(words[j]); kept = 1 }
				}
				if (line ~ /^Types:/) line = "Types: deb"
				text = text line "\n"
			}
			if (kept) print text
		}' >"$1/debian.sources"
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | awk -v own="$own" -v suite="$suite" "$translate"'
		$1 == "deb" {
			at = 3
			if ($2 ~ /^\[/) { for (at = 2; $at !~ /\]$/ && at < NF; at++); at += 2 }
			if (translated($at) != "") { $at = translated($at); print }
		}' >"$1/debian.list"
	find "$1" -maxdepth 1 -name 'debian.*' -empty -delete
}

hand_through() {
	cp "$work/90handed-through" "$root/etc/apt/apt.conf.d/"
	for each in /etc/apt/keyrings /etc/apt/trusted.gpg.d /etc/apt/auth.conf.d /usr/local/share/ca-certificates; do
		[ ! -d "$each" ] || { mkdir -p "$root$each" && cp -RL "$each/." "$root$each/"; }
	done
	for each in /etc/apt/trusted.gpg /etc/apt/auth.conf /etc/resolv.conf /etc/hosts; do
		[ ! -e "$each" ] || cp -L "$each" "$root$each"
	done
	# The list that its own certificates make, then this machine's, which can have more; and files of certificates that the environment names.
	chroot "$root" update-ca-certificates >/dev/null 2>&1 || fail 'the certificates of the new machine cannot be listed'
	for each in /etc/ssl/certs/ca-certificates.crt "${SSL_CERT_FILE:-}" "${NODE_EXTRA_CA_CERTS:-}" "${CURL_CA_BUNDLE:-}" "${CARGO_HTTP_CAINFO:-}" "${npm_config_cafile:-}"; do
		[ ! -f "$each" ] || { mkdir -p "$root$(dirname "$each")" && cp -L "$each" "$root$each"; }
	done
	# Settings of the machine and of the user, the later ones first in force; in the new machine's own place, so that its home is empty.
	cat "$(npm config get globalconfig 2>/dev/null || echo /etc/npmrc)" "$HOME/.npmrc" >"$root/etc/npmrc" 2>/dev/null || true
	mkdir -p "$root/var/cache/fresh/cargo"
	for each in config.toml config; do
		[ ! -e "${CARGO_HOME:-$HOME/.cargo}/$each" ] || cp "${CARGO_HOME:-$HOME/.cargo}/$each" "$root/var/cache/fresh/cargo/"
	done
}

# Each renamed into its place, since another machine may be made from the same cache meanwhile.
keep_packages() {
	for each in "$root"/var/cache/apt/archives/*.deb; do
		kept=$cache/apt-$suite/${each##*/}
		[ ! -e "$each" ] || [ -e "$kept" ] || { cp "$each" "$kept.$$" && mv "$kept.$$" "$kept"; } || true
	done
}

if [ "${1:-}" = --inside ]; then
	shift
	inside "$@"
else
	outside "$@"
fi
