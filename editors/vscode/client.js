// The Language Server Protocol over a child's standard input and output, and nothing of the editor.

"use strict";

const { spawn } = require("child_process");

/** A server that was started. Requests are promises; they are rejected when the server refuses, or ends. */
class Client {
  /**
   * @param {string} command the server's command
   * @param {string[]} args its arguments
   * @param {{notice: (method: string, params: any) => void, ended: (why: string) => void}} listener
   */
  constructor(command, args, listener) {
    this.listener = listener;
    this.waiting = new Map();
    this.lastId = 0;
    this.received = Buffer.alloc(0);
    this.hasEnded = false;
    this.errors = "";
    this.child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.child.on("error", (error) => this.end(error.message));
    this.child.on("exit", (code, signal) => this.end(`exit status ${code ?? signal}`));
    // Writing to a server that has just gone fails; `exit` says so.
    this.child.stdin.on("error", () => {});
    this.child.stdout.on("data", (bytes) => this.take(bytes));
    this.child.stderr.on("data", (bytes) => {
      this.errors = (this.errors + bytes).slice(-4096);
    });
  }

  /** Sends a notice. */
  notify(method, params) {
    this.send({ jsonrpc: "2.0", method, params });
  }

  /** Sends a request; `token` cancels it where the editor gives one. */
  request(method, params, token) {
    if (this.hasEnded) {
      return Promise.reject(new Error("the server has ended"));
    }
    this.lastId += 1;
    const id = this.lastId;
    const answer = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.send({ jsonrpc: "2.0", id, method, params });
    token?.onCancellationRequested?.(() => {
      if (this.waiting.has(id)) {
        this.notify("$/cancelRequest", { id });
      }
    });
    return answer;
  }

  /** Ends the session in order; the child is killed if it does not go. */
  async stop() {
    if (this.hasEnded) {
      return;
    }
    this.isStopping = true;
    const late = setTimeout(() => this.child.kill(), 2000);
    try {
      await this.request("shutdown", null);
      this.notify("exit", null);
    } catch {
      // It has ended by itself.
    }
    await new Promise((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        resolve();
      } else {
        this.child.once("exit", resolve);
      }
    });
    clearTimeout(late);
  }

  send(message) {
    if (this.hasEnded) {
      return;
    }
    const body = Buffer.from(JSON.stringify(message));
    this.child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.child.stdin.write(body);
  }

  take(bytes) {
    this.received = Buffer.concat([this.received, bytes]);
    for (;;) {
      const end = this.received.indexOf("\r\n\r\n");
      if (end < 0) {
        return;
      }
      const length = /content-length: *(\d+)/i.exec(this.received.toString("latin1", 0, end));
      const from = end + 4;
      const to = from + Number(length?.[1] ?? 0);
      if (this.received.length < to) {
        return;
      }
      const body = this.received.toString("utf8", from, to);
      this.received = this.received.subarray(to);
      this.message(JSON.parse(body));
    }
  }

  message(message) {
    if (message.method !== undefined) {
      this.listener.notice(message.method, message.params);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error !== undefined) {
      waiting?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
    } else {
      waiting?.resolve(message.result);
    }
  }

  end(why) {
    if (this.hasEnded) {
      return;
    }
    this.hasEnded = true;
    for (const { reject } of this.waiting.values()) {
      reject(new Error("the server has ended"));
    }
    this.waiting.clear();
    if (!this.isStopping) {
      this.listener.ended(`${why}\n${this.errors}`.trim());
    }
  }
}

module.exports = { Client };
