import type { SecurityModule } from './qemu-command.ts';

/** Debian 13 as a guest: what goes into its image, as data and shell. The image's cache key is made of all of this. */
export interface ImageRecipe {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Run by mmdebstrap after the essential packages, with the new root as `$1`. */
  readonly beforePackages: string;
  /** Run by mmdebstrap at the end, with the new root as `$1`. */
  readonly afterPackages: string;
  /** Run when mmdebstrap is done, with the root as `$1`: the labels. */
  readonly label: string;
  /** Of the file system, as mke2fs takes it; sparse on the host. */
  readonly size: string;
}

/** The image's ordinary user, with a home directory and a shell. */
export const IMAGE_USER = 'tester';

/** `agent` is the text of the lab's agent. */
export function debian13Image(agent: string, module: SecurityModule): ImageRecipe {
  const { packages, configure, label } = MODULES[module];
  return {
    suite: 'trixie',
    packages: [...BOOTS, ...packages, ...WATCHES],
    beforePackages: `
set -e
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/etc/initramfs-tools/hooks"
# The guest's disk is a virtio disk and nothing else: a small initrd boots faster under emulation.
echo MODULES=list > "$1/etc/initramfs-tools/conf.d/confine"
cat > "$1/etc/initramfs-tools/hooks/confine" <<'HOOK'
#!/bin/sh
[ "$1" = prereqs ] && exit 0
. /usr/share/initramfs-tools/hook-functions
manual_add_modules virtio_pci virtio_blk ext4
HOOK
chmod 755 "$1/etc/initramfs-tools/hooks/confine"
`,
    afterPackages: `
set -e
echo confine-lab > "$1/etc/hostname"
printf '127.0.0.1 localhost confine-lab\\n::1 localhost\\n' > "$1/etc/hosts"
rm -f "$1/etc/resolv.conf" && printf 'nameserver 127.0.0.53\\n' > "$1/etc/resolv.conf"
${configure}mkdir -p "$1/usr/local/libexec"
cat > "$1/usr/local/libexec/confine-agent" <<'AGENT'
${agent}AGENT
cat > "$1/etc/systemd/system/confine-agent.service" <<'UNIT'
[Unit]
Description=The agent of confine's lab
After=auditd.service multi-user.target
[Service]
ExecStart=/usr/bin/python3 /usr/local/libexec/confine-agent --port confine.agent
SELinuxContext=unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023
# A program that would be refused over NoNewPrivs must not be refused because of its starter.
NoNewPrivileges=no
[Install]
WantedBy=multi-user.target
UNIT
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \\
    fstrim.timer man-db.timer systemd-timesyncd.service getty@tty1.service systemd-pcrphase.service dnsmasq.service; do
  ln -sf /dev/null "$1/etc/systemd/system/$unit"
done
chroot "$1" systemctl enable confine-agent.service auditd.service systemd-resolved.service ssh.service
chroot "$1" useradd --create-home --shell /bin/bash ${IMAGE_USER}
rm -rf "$1/var/lib/apt/lists/"* "$1/var/cache/apt/"*.bin
`,
    // mmdebstrap empties the machine-id at its end. One that is set keeps the first boot from being one: no presets, no questions.
    label: `
set -e
echo 5c0ff1eec0ff1eec0ff1eec0ff1eec0f > "$1/etc/machine-id"
${label}`,
    size: '4G',
  };
}

/** What is in an image for one of the kernel's security modules alone. */
const MODULES: Readonly<
  Record<
    SecurityModule,
    { readonly packages: readonly string[]; readonly configure: string; readonly label: string }
  >
> = {
  selinux: {
    packages: [
      // SELinux, its tools and the devel Makefile
      'auditd',
      'checkpolicy',
      'm4',
      'make',
      'policycoreutils',
      'policycoreutils-python-utils',
      'selinux-policy-default',
      'selinux-policy-dev',
      'selinux-utils',
      'semodule-utils',
    ],
    configure: `sed -i 's/^SELINUX=.*/SELINUX=enforcing/' "$1/etc/selinux/config"\n`,
    // Labels last, by the guest's own tool and policy. -m: this host's mounts say nothing about the guest's labels.
    label: `chroot "$1" setfiles -m -F -e /proc -e /sys -e /dev /etc/selinux/default/contexts/files/file_contexts /\n`,
  },
  apparmor: { packages: ['apparmor', 'apparmor-utils', 'auditd'], configure: '', label: '' },
};

const BOOTS = [
  'linux-image-amd64',
  'initramfs-tools',
  'zstd',
  'systemd-sysv',
  'udev',
  'dbus',
  'kmod',
  'python3',
];

const WATCHES = [
  // what a program under test needs and what watches it
  'iproute2',
  'libcap2-bin',
  'libelf1t64',
  'libpcap0.8t64',
  'nftables',
  'openssh-server',
  'procps',
  'strace',
  'sudo',
  'systemd-resolved',
  'libnss-resolve',
  'tcpdump',
  'tmux',
  'tshark',
  // the other side of its traffic
  'dnsmasq-base',
  'openssl',
  'python3-minimal',
];
