import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine } from './machine/machine.ts';
import { MachineError } from './machine/machine-error.ts';

/** A terminal as it looked: the characters with their colours as escape sequences, and without. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly ansi: string;
  readonly text: string;
}

/** An ordinary login user's terminal on the machine: an SSH session that started tmux, with a shell inside. */
export interface Terminal {
  /** Types a command at the prompt. */
  type(command: string): Promise<void>;
  /** Sends keys by tmux's names. */
  press(keys: readonly string[]): Promise<void>;
  screen(): Promise<Screen>;
  /** Waits until the screen matches every pattern at once; the last screen and what was missing otherwise. */
  waitFor(
    patterns: readonly string[],
    seconds: number,
  ): Promise<{ screen: Screen; missing: string[] }>;
  /** Waits for the shell: the exit code of what it ran, and what stood there then; undefined if the prompt did not come back in time. */
  ended(seconds: number): Promise<{ code: number; screen: Screen } | undefined>;
  close(): Promise<void>;
}

export const COLUMNS = 150;
const ROWS = 46;

/**
 * Logs in over the machine's own sshd, so that PAM gives the session the context that a login user gets, and starts tmux there.
 * `login` is the ssh command of the stage.
 */
export async function openTerminal(
  machine: Machine,
  user: string,
  login: string,
): Promise<Terminal> {
  const tmux = `runuser -u ${user} -- tmux -u -L confine`;
  const start = await machine.run(
    `${login} 'LC_ALL=C.UTF-8 COLORTERM=truecolor PS1="lab$ " tmux -u -L confine -f /dev/null new-session -d -s lab -x ${COLUMNS} -y ${ROWS} "bash --norc --noprofile"' &&
${tmux} set-option -g status off && ${tmux} set-option -g default-terminal tmux-256color`,
  );
  if (start.code !== 0) {
    throw new MachineError(`the user’s terminal did not open: ${start.stderr.trim()}`);
  }
  let questions = 0;
  const run = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await machine.run(script);
    if (code !== 0) throw new MachineError(`the user’s terminal is lost: ${stderr.trim()}`);
    return stdout;
  };
  const screen = async (): Promise<Screen> => {
    const ansi = await run(`${tmux} capture-pane -p -e -t lab`);
    return { columns: COLUMNS, rows: ROWS, ansi, text: withoutEscapes(ansi) };
  };
  const press = async (keys: readonly string[]): Promise<void> => {
    await run(`${tmux} send-keys -t lab ${keys.map(quoted).join(' ')}`);
  };
  return {
    press,
    screen,
    type: async (command) => {
      await run(`${tmux} send-keys -t lab -l ${quoted(command)} && ${tmux} send-keys -t lab Enter`);
    },
    waitFor: async (patterns, seconds) => {
      const end = Date.now() + seconds * 1000;
      for (;;) {
        const now = await screen();
        const missing = patterns.filter((pattern) => !new RegExp(pattern, 'm').test(now.text));
        if (missing.length === 0 || Date.now() > end) return { screen: now, missing };
        await sleep(500);
      }
    },
    ended: async (seconds) => {
      const id = ++questions;
      const end = Date.now() + seconds * 1000;
      // Only a shell is asked: keys typed at a program that still runs would be commands to it.
      while (
        (await run(`${tmux} display-message -p -t lab '#{pane_current_command}'`)).trim() !== 'bash'
      ) {
        if (Date.now() > end) return undefined;
        await sleep(300);
      }
      await run(
        `${tmux} send-keys -t lab -l 'echo "[${id}]"=$?' && ${tmux} send-keys -t lab Enter`,
      );
      for (;;) {
        const now = await screen();
        const match = new RegExp(`^\\[${id}\\]=(\\d+)`, 'm').exec(now.text);
        if (match) {
          await run(`${tmux} send-keys -t lab -l clear && ${tmux} send-keys -t lab Enter`);
          return { code: Number(match[1]), screen: now };
        }
        if (Date.now() > end) return undefined;
        await sleep(300);
      }
    },
    close: async () => {
      await machine.run(`${tmux} kill-server`);
    },
  };
}

/** A word of the shell, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function withoutEscapes(ansi: string): string {
  return ansi.replace(
    /\x1b\[[0-9;:?]*[A-Za-z]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x0e|\x0f/g,
    '',
  );
}
