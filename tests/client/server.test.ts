import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import type { Folder, Inspection, InterpreterSource } from "../../client/src/python";
import {
  CrashLimit,
  OneAtATime,
  Server,
  serverCommand,
  type Client,
  type Command,
  type Host,
  type InitializationOptions,
} from "../../client/src/server";
import type { Settings } from "../../client/src/settings";
import type { EngineStatus } from "../../client/src/status";

class FakeClient implements Client {
  readonly sent: [string, unknown][] = [];
  stopped = false;
  notify: (params: never) => void = () => assert.fail("nobody listens");
  crash: (restarting: boolean) => void = () => assert.fail("nobody listens");

  constructor(
    readonly command: Command,
    readonly options: InitializationOptions,
    readonly starting: () => Promise<void>,
  ) {}

  start = (): Promise<void> => this.starting();
  stop = async (): Promise<void> => {
    this.stopped = true;
  };
  sendNotification = async (method: string, params?: unknown): Promise<void> => {
    this.sent.push([method, params]);
  };
  sendRequest = async <R>(): Promise<R> => undefined as R;
  onNotification = (method: string, handler: (params: never) => void) => {
    assert.equal(method, "shapewright/status");
    this.notify = handler;
    return { dispose: () => undefined };
  };
  onCrash = (handler: (restarting: boolean) => void) => {
    this.crash = handler;
    return { dispose: () => undefined };
  };
}

class FakeHost implements Host {
  readonly extensionPath = "/extension";
  readonly clients: FakeClient[] = [];
  readonly reports: EngineStatus[] = [];
  readonly complaints: string[] = [];
  readonly logged: string[] = [];
  current: Settings = {
    enable: true,
    interpreter: "",
    inlayHints: { assignments: true, parameters: true, returns: false },
    startMethod: "auto",
    allowUnsandboxed: false,
    codeLens: false,
  };
  isTrusted = true;
  folderPaths = ["/w"];
  answers: Record<string, string> = { "/w": "/w/.venv/bin/python" };
  inspections: Record<string, Inspection> = {};
  starting = async (): Promise<void> => undefined;

  readonly sources: InterpreterSource[] = [
    {
      name: "a source",
      find: async (folder) => this.answers[folder?.uri.fsPath ?? ""],
      watch: async () => ({ dispose: () => undefined }),
    },
  ];
  settings = (): Settings => this.current;
  trusted = (): boolean => this.isTrusted;
  folders = (): Folder[] => this.folderPaths.map((fsPath) => ({ uri: { fsPath, toString: () => `file://${fsPath}` } }));
  createClient = (command: Command, options: InitializationOptions): Client => {
    const client = new FakeClient(command, options, this.starting);
    this.clients.push(client);
    return client;
  };
  report = (status: EngineStatus): void => void this.reports.push(status);
  complain = (_: string, message: string): void => void this.complaints.push(message);
  log = (line: string): void => void this.logged.push(line);
  inspect = async (path: string): Promise<Inspection> =>
    this.inspections[path] ?? { kind: "usable", path, version: "3.11" };

  get last(): EngineStatus {
    return this.reports[this.reports.length - 1] ?? assert.fail("nothing was reported");
  }
  get client(): FakeClient {
    return this.clients[this.clients.length - 1] ?? assert.fail("no client was made");
  }
}

let host: FakeHost;
let server: Server;

beforeEach(() => {
  host = new FakeHost();
  server = new Server(host);
});

test("the server's process is isolated from the user's packages, and the environment is left as it is", () => {
  const { command, args, options } = serverCommand("/extension", "/w/.venv/bin/python");
  assert.equal(command, "/w/.venv/bin/python");
  assert.deepEqual(args, ["-I", "-S", "-X", "utf8", "/extension/server/launch.py", "serve"]);
  assert.deepEqual(options.env, { ...process.env });
});

describe("a start", () => {
  test("tells the server the interpreter, the trust, the hints and the start method", async () => {
    await server.restart("test");
    assert.deepEqual(host.client.options, {
      interpreter: "/w/.venv/bin/python",
      interpreters: { "file:///w": "/w/.venv/bin/python" },
      trusted: true,
      inlayHints: { assignments: true, parameters: true, returns: false },
      startMethod: "auto",
      allowUnsandboxed: false,
      codeLens: false,
    });
    assert.deepEqual(host.reports, [{ state: "starting" }]);
    assert.match(host.logged.join("\n"), /\/w\/\.venv\/bin\/python \(Python 3\.11, from a source\)/);
  });

  test("does nothing while switched off", async () => {
    host.current = { ...host.current, enable: false };
    await server.restart("test");
    assert.equal(host.clients.length, 0);
    assert.equal(host.last.state, "stopped");
    assert.match(host.last.detail ?? "", /shapewright\.enable/);
  });

  test("with an interpreter that is too old says so and starts nothing", async () => {
    host.inspections["/w/.venv/bin/python"] = { kind: "old", path: "/w/.venv/bin/python", version: "3.8" };
    await server.restart("test");
    assert.equal(host.clients.length, 0);
    assert.equal(host.last.state, "interpreter not found");
    assert.match(host.complaints.join(), /needs Python 3\.10 or newer, and .* is Python 3\.8/);
  });

  test("with several folders runs under the first interpreter that can and passes all on", async () => {
    host.folderPaths = ["/w", "/v"];
    host.answers["/v"] = "/v/.venv/bin/python";
    host.inspections["/w/.venv/bin/python"] = { kind: "missing", path: "/w/.venv/bin/python" };
    await server.restart("test");
    assert.equal(host.client.command.command, "/v/.venv/bin/python");
    assert.deepEqual(host.client.options.interpreters, {
      "file:///w": "/w/.venv/bin/python",
      "file:///v": "/v/.venv/bin/python",
    });
    assert.deepEqual(host.complaints, []);
  });

  test("that fails is reported and does not reject", async () => {
    host.starting = () => Promise.reject(new Error("it ended with code 1"));
    await server.restart("test");
    assert.equal(host.last.state, "stopped");
    assert.ok(host.client.stopped, "a process that started and then failed is ended");
    assert.equal(server.running, undefined);
    assert.match(host.complaints.join(), /could not be started: it ended with code 1/);
  });
});

describe("while it runs", () => {
  beforeEach(() => server.restart("test"));

  test("the server's status is passed on, with the interpreter where it names none", () => {
    host.client.notify({ state: "ready", torch: "2.13.0", interpreter: null } as never);
    assert.deepEqual(host.last, { state: "ready", torch: "2.13.0", interpreter: "/w/.venv/bin/python" });
  });

  test("a crash is a state, and the last one a message as well", () => {
    host.client.crash(true);
    assert.equal(host.last.state, "crashed and restarted");
    assert.deepEqual(host.complaints, []);
    host.client.crash(false);
    assert.equal(host.last.state, "stopped");
    assert.match(host.complaints.join(), /ended several times/);
  });

  test("another interpreter restarts it, the same one does not", async () => {
    await server.refresh("test");
    assert.equal(host.clients.length, 1);
    host.answers["/w"] = "/other/python";
    await server.refresh("test");
    assert.equal(host.clients.length, 2);
    assert.ok(host.clients[0]?.stopped);
    assert.equal(host.client.options.interpreter, "/other/python");
  });

  test("changed hints are told without a restart", async () => {
    host.current = { ...host.current, inlayHints: { assignments: false, parameters: true, returns: true } };
    await server.tellSettings();
    assert.deepEqual(host.client.sent, [
      [
        "workspace/didChangeConfiguration",
        { settings: { shapewright: { inlayHints: { assignments: false, parameters: true, returns: true } } } },
      ],
    ]);
    assert.equal(host.clients.length, 1);
  });

  test("switching it off stops the process", async () => {
    host.current = { ...host.current, enable: false };
    await server.restart("a setting changed");
    assert.ok(host.client.stopped);
    assert.equal(server.running, undefined);
  });
});

describe("trust", () => {
  test("is told to the server where the interpreter stays the same", async () => {
    host.isTrusted = false;
    host.current = { ...host.current, interpreter: "/usr/bin/some-python" };
    await server.restart("test");
    assert.equal(host.client.options.trusted, false);
    host.isTrusted = true;
    await server.grantTrust();
    assert.deepEqual(host.client.sent, [["shapewright/trust", { trusted: true }]]);
    assert.equal(host.clients.length, 1);
  });

  test("that brings the workspace's own interpreter restarts with it", async () => {
    host.isTrusted = false;
    await server.restart("test");
    assert.notEqual(host.client.options.interpreter, "/w/.venv/bin/python");
    host.isTrusted = true;
    await server.grantTrust();
    assert.equal(host.client.options.interpreter, "/w/.venv/bin/python");
    assert.equal(host.client.options.trusted, true);
  });
});

test("an interpreter without torch is looked up again: its setting may have come late", async () => {
  await server.restart("test");
  host.client.notify({ state: "no torch found", detail: "" } as never);
  await new Promise(setImmediate);
  assert.equal(host.clients.length, 1, "it is the same");
  host.current = { ...host.current, interpreter: "/late/python" };
  host.client.notify({ state: "no torch found", detail: "" } as never);
  await new Promise(setImmediate);
  assert.equal(host.clients.length, 2);
  assert.equal(host.client.command.command, "/late/python");
});

describe("restarts", () => {
  test("come one at a time, and what is asked for meanwhile is one more", async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const queue = new OneAtATime(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      runs++;
    });
    await Promise.all([queue.run(), queue.run(), queue.run(), queue.run()]);
    assert.deepEqual({ runs, most }, { runs: 2, most: 1 });
    await queue.run();
    assert.equal(runs, 3);
  });

  test("go on after one that failed", async () => {
    let runs = 0;
    const queue = new OneAtATime(async () => {
      if (++runs === 1) throw new Error("the first");
    });
    const [first, second] = await Promise.allSettled([queue.run(), queue.run()]);
    assert.deepEqual([first.status, second.status, runs], ["rejected", "fulfilled", 2]);
  });

  test("many at once leave one server", async () => {
    await Promise.all(["a", "b", "c", "d"].map((reason) => server.restart(reason)));
    assert.equal(host.clients.filter((client) => !client.stopped).length, 1);
    assert.equal(host.clients.length, 2);
  });

  test("none happens after the end", async () => {
    await server.restart("test");
    await server.dispose();
    await server.restart("late");
    assert.equal(host.clients.length, 1);
    assert.ok(host.client.stopped);
  });
});

test("a server that ends five times in three minutes is given up; one that ends now and then is not", () => {
  const quick = new CrashLimit();
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((second) => quick.mayRestart(second * 1000)),
    [true, true, true, true, false],
  );
  const slow = new CrashLimit();
  for (let minute = 0; minute < 20; minute++) assert.ok(slow.mayRestart(minute * 60_000));
});
