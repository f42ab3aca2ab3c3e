/** A machine with a real kernel. The host decides what happens; the machine does it and reports. */
export interface Machine {
  /** How a report names it: `QEMU 7.2, KVM`, `ssh://root@host`. */
  readonly name: string;
  /**
   * Runs a script with `/bin/sh` as root and waits for its end. An exit code is an answer, not an error; a machine that
   * does not answer within the time is broken (MachineError).
   */
  run(script: string, options?: CommandOptions): Promise<CommandResult>;
  /** Writes a file, its parent directory included; the mode in octal as `chmod` takes it. */
  put(path: string, content: Uint8Array | string, mode?: number): Promise<void>;
  get(path: string): Promise<Uint8Array>;
  /** The end of what the console said, empty where none can be seen. */
  console(): string;
  /** The command that starts this machine by hand. */
  readonly reproduce: string;
  /** Ends the machine, or the connection to one that is not ours. May be called more than once. */
  stop(): Promise<void>;
}

export interface CommandOptions {
  readonly input?: string | Uint8Array;
  /** Seconds of the host's clock, by default 120. */
  readonly timeout?: number;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
