/**
 * The life of the server process: which interpreter, how it is started, one restart at a time.
 *
 * The language client itself is made by a factory, so that all of this is tested without an editor.
 */

import * as os from "node:os";
import * as path from "node:path";

import type { Disposable, Folder, Found, Inspection, InterpreterSource } from "./python";
import { explain, findInterpreter, inspect } from "./python";
import type { Settings } from "./settings";
import type { EngineStatus } from "./status";

/** How a server process is started: the interpreter isolated from the environment and from its own site-packages. */
export interface Command {
  readonly command: string;
  readonly args: string[];
  readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv };
}

/**
 * `-I -S`: neither PYTHONPATH nor site-packages nor the current folder can put a module before ours, and since nothing
 * is set in the environment, nothing of ours reaches the worker, which runs the user's code under its own variables.
 * `launch.py` adds the bundled libraries to the server's own path.
 */
export function serverCommand(extensionPath: string, interpreter: string): Command {
  return {
    command: interpreter,
    args: ["-I", "-S", "-X", "utf8", path.join(extensionPath, "server", "launch.py"), "serve"],
    // Not the workspace: a process holds its folder on Windows, and code there must not be found by accident.
    options: { cwd: os.homedir(), env: { ...process.env } },
  };
}

/** What the server is told at the start. `interpreters`: those of the other folders, by their URI. */
export interface InitializationOptions {
  readonly interpreter: string;
  readonly interpreters: Readonly<Record<string, string>>;
  readonly trusted: boolean;
  readonly inlayHints: Settings["inlayHints"];
  readonly startMethod: Settings["startMethod"];
  readonly allowUnsandboxed: boolean;
  readonly codeLens: boolean;
}

/** The part of a LanguageClient that is used. */
export interface Client {
  start(): Promise<void>;
  stop(timeout?: number): Promise<void>;
  sendNotification(method: string, params?: unknown): Promise<void>;
  sendRequest<R>(method: string, params?: unknown): Promise<R>;
  onNotification(method: string, handler: (params: never) => void): Disposable;
  /** Called when the process ended without being asked to; `restarting` is false where it is given up. */
  onCrash(handler: (restarting: boolean) => void): Disposable;
}

/** What the server's owner has to give: everything that touches the editor. */
export interface Host {
  readonly extensionPath: string;
  settings(): Settings;
  trusted(): boolean;
  folders(): readonly Folder[];
  readonly sources: readonly InterpreterSource[];
  createClient(command: Command, options: InitializationOptions): Client;
  report(status: EngineStatus): void;
  /** Tells a person; `problem` is about the interpreter or about the server. */
  complain(problem: "interpreter" | "server", message: string): void;
  log(line: string): void;
  inspect?(interpreter: string): Promise<Inspection>;
}

/** The interpreters of one start. Two equal plans need no restart. */
export interface Plan {
  readonly found: Found;
  readonly version: string;
  readonly interpreters: Readonly<Record<string, string>>;
}

const STOP_DEADLINE = 2_000;
const CRASHES = 5;
const CRASH_PERIOD = 180_000;

/** Runs a task; what is asked for meanwhile becomes one more run behind it, however often it was asked for. */
export class OneAtATime {
  private current: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly task: () => Promise<void>) {}

  run(): Promise<void> {
    if (this.current === undefined) {
      this.current = this.task().finally(() => {
        this.current = undefined;
      });
      return this.current;
    }
    this.next ??= this.current
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.run();
      });
    return this.next;
  }
}

/** How often a server that ends by itself is started again: after the fifth time in three minutes no more. */
export class CrashLimit {
  private readonly times: number[] = [];

  mayRestart(now: number): boolean {
    this.times.push(now);
    if (this.times.length > CRASHES) this.times.shift();
    const first = this.times[0];
    return this.times.length < CRASHES || (first !== undefined && now - first > CRASH_PERIOD);
  }
}

/** The one server of a window. */
export class Server {
  private client: Client | undefined;
  private plan: Plan | undefined;
  private listeners: Disposable[] = [];
  private disposed = false;
  private readonly restarts = new OneAtATime(() => this.restartNow());

  constructor(private readonly host: Host) {}

  /** The running client, for requests of commands. */
  get running(): Client | undefined {
    return this.client;
  }

  get currentPlan(): Plan | undefined {
    return this.plan;
  }

  /** Stops what runs and starts anew. Never rejects: what went wrong is reported. */
  restart(reason: string): Promise<void> {
    this.host.log(`Start: ${reason}`);
    return this.restarts.run();
  }

  /** Restarts only where another interpreter answers now. */
  async refresh(reason: string): Promise<void> {
    const plan = await this.makePlan(() => undefined);
    if (JSON.stringify(plan) !== JSON.stringify(this.plan)) await this.restart(reason);
  }

  /** The workspace was trusted: with the same interpreter a word to the server is enough. */
  async grantTrust(): Promise<void> {
    const plan = await this.makePlan(() => undefined);
    if (this.client && JSON.stringify(plan) === JSON.stringify(this.plan)) {
      await this.client.sendNotification("shapewright/trust", { trusted: true });
    } else {
      await this.restart("the workspace is trusted now");
    }
  }

  /** Passes on settings that need no restart. */
  async tellSettings(): Promise<void> {
    const { inlayHints } = this.host.settings();
    await this.client?.sendNotification("workspace/didChangeConfiguration", {
      settings: { shapewright: { inlayHints } },
    });
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.stop();
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.listeners.splice(0).forEach((listener) => listener.dispose());
    try {
      await client?.stop(STOP_DEADLINE);
    } catch (error) {
      // A server that does not end when asked was killed by the client; there is nothing left to do.
      this.host.log(`The server did not stop by itself: ${String(error)}`);
    }
  }

  private async restartNow(): Promise<void> {
    await this.stop();
    this.plan = undefined;
    const settings = this.host.settings();
    if (this.disposed) return;
    if (!settings.enable) {
      this.host.report({ state: "stopped", detail: 'Switched off by the setting "shapewright.enable".' });
      return;
    }
    this.host.report({ state: "starting" });
    const plan = await this.makePlan((problem) => {
      this.host.report({ state: "interpreter not found", detail: problem });
      this.host.complain("interpreter", problem);
    });
    if (!plan || this.disposed) return;
    this.plan = plan;
    this.host.log(`Interpreter: ${plan.found.path} (Python ${plan.version}, from ${plan.found.source})`);
    await this.launch(plan, settings);
  }

  private async launch(plan: Plan, settings: Settings): Promise<void> {
    const interpreter = plan.found.path;
    const client = this.host.createClient(serverCommand(this.host.extensionPath, interpreter), {
      interpreter,
      interpreters: plan.interpreters,
      trusted: this.host.trusted(),
      inlayHints: settings.inlayHints,
      startMethod: settings.startMethod,
      allowUnsandboxed: settings.allowUnsandboxed,
      codeLens: settings.codeLens,
    });
    this.client = client;
    this.listeners.push(
      client.onNotification("shapewright/status", (status: EngineStatus) => {
        this.host.report({ ...status, interpreter: status.interpreter || interpreter });
        // Settings that are far away may come after the start: then it was made with another interpreter.
        if (status.state === "no torch found") void this.refresh("no torch was found");
      }),
      client.onCrash((restarting) => {
        if (restarting) {
          this.host.report({ state: "crashed and restarted", interpreter });
          return;
        }
        const detail = "The server ended several times within minutes and is not started again by itself.";
        this.host.report({ state: "stopped", detail, interpreter });
        this.host.complain("server", `Shapewright: ${detail} The log says why.`);
      }),
    );
    try {
      await client.start();
    } catch (error) {
      if (this.client !== client) return;
      await this.stop();
      const message = `The server could not be started: ${error instanceof Error ? error.message : String(error)}`;
      this.host.report({ state: "stopped", detail: message, interpreter });
      this.host.complain("server", `Shapewright: ${message}`);
    }
  }

  /** The interpreter of every folder. The server runs under the first that can; the worker of a file under its folder's. */
  private async makePlan(complain: (problem: string) => void): Promise<Plan | undefined> {
    const folders = this.host.folders();
    const interpreters: Record<string, string> = {};
    const check = this.host.inspect ?? inspect;
    let usable: { found: Found; version: string } | undefined;
    let problem: string | undefined;
    for (const folder of folders.length > 0 ? folders : [undefined]) {
      const found = await findInterpreter({
        setting: this.host.settings().interpreter,
        sources: this.host.sources,
        folder,
        folders,
        trusted: this.host.trusted(),
      });
      if (found && folder) interpreters[folder.uri.toString()] = found.path;
      if (usable) continue;
      const inspection = found && (await check(found.path));
      if (found && inspection?.kind === "usable") usable = { found, version: inspection.version };
      else problem ??= explain(inspection?.kind === "usable" ? undefined : inspection);
    }
    if (!usable) {
      complain(problem ?? explain(undefined));
      return undefined;
    }
    return { ...usable, interpreters };
  }
}
