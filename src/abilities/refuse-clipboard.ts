import { type Ability, call, denied, dontaudit, fileRule, optional } from '../description/index.ts';

/**
 * The program tries the clipboard (a helper from PATH, X11, Wayland) on a key press. All of it is refused; what would be logged at every
 * press is refused in silence.
 */
export function refuseClipboard(): Ability {
  return {
    name: 'refuseClipboard',
    title: 'Clipboard attempts, refused in silence',
    blocks: [
      {
        why: 'It looks for a helper in every directory of PATH and tries to execute it.',
        selinux: [
          call('corecmd_dontaudit_search_bin'),
          // /bin itself is a link, with the label of what it leads to.
          optional({ types: ['bin_t'] }, [dontaudit('bin_t', 'lnk_file', 'read')]),
          // Not exec_type: an attempt on a shell or on sudo must be seen.
          dontaudit('bin_t', 'file', ['execute', 'getattr']),
        ],
        apparmor: [
          denied(
            fileRule('/{,usr/,usr/local/}bin/wl-{copy,paste}', 'x'),
            'asked at every press of a key; a helper would run with what is copied in its arguments, in complain mode as well',
          ),
        ],
      },
      {
        why: 'It tries the sockets of X11 and Wayland. A plain rule, since the interface xserver_dontaudit_stream_connect allows the connection on Fedora.',
        whyIn: { apparmor: 'It tries the sockets of X11 and Wayland.' },
        selinux: [
          optional({ types: ['xserver_t'] }, [
            dontaudit('xserver_t', 'unix_stream_socket', 'connectto'),
          ]),
        ],
        apparmor: [
          denied(
            fileRule(['/tmp/.X11-unix/*', '@{run}/user/*/wayland-*'], 'rw'),
            'asked at every press of a key; whoever has the clipboard has the keyboard, in complain mode as well',
          ),
          denied(
            fileRule(['@{HOME}/.Xauthority', '@{run}/user/*/xauth_*'], 'r'),
            'the key to the same display',
          ),
        ],
      },
    ],
  };
}
