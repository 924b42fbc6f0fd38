// The WebSocket to the sandbox. What was typed is kept until the server says it is stored; after a lost connection
// it is sent again under its number, so that nothing is lost and nothing happens twice.

const MOVED = 4001;
const TROUBLE = 4500;
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 15;
const LONGEST_MOVE = 2;

export class Connection extends EventTarget {
  constructor(path) {
    super();
    this.url = new URL(path, location.href);
    this.url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.client = crypto.getRandomValues(new BigUint64Array(1))[0].toString(36);
    this.number = 0;
    this.waiting = []; // [{number, message}] not yet acknowledged, oldest first
    this.ready = false;
    this.pause = FIRST_PAUSE;
    this.moves = 0; // how often in a row another server has had the world
    this.handlers = new Map();
  }

  /** Call back for every message of a type; `output` gets (terminal, offset, bytes). */
  on(type, handler) {
    this.handlers.set(type, [...(this.handlers.get(type) ?? []), handler]);
  }

  open() {
    clearTimeout(this.timer);
    this.socket = new WebSocket(this.url);
    this.socket.binaryType = "arraybuffer";
    this.opened = false;
    this.socket.addEventListener("open", () => {
      this.opened = true;
      this.transmit({ do: "hello", client: this.client });
    });
    this.socket.addEventListener("message", (event) => this.receive(event.data));
    this.socket.addEventListener("close", (event) => this.lost(event));
  }

  /** Do something to the world: numbered, kept until stored. */
  do(message) {
    const numbered = { ...message, number: ++this.number };
    this.waiting.push({ number: numbered.number, message: numbered, since: performance.now() });
    if (this.ready) this.transmit(numbered);
    this.changed();
  }

  /** Say something that needs no keeping; nothing happens while the connection is lost. */
  ask(message) {
    if (this.ready) this.transmit(message);
  }

  transmit(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  receive(data) {
    if (data instanceof ArrayBuffer) return this.receiveOutput(data);
    const message = JSON.parse(data);
    if (message.type === "hello") this.greeted(message);
    else if (message.type === "ack") this.stored(message.number);
    this.call(message.type, message);
  }

  receiveOutput(data) {
    const length = new Uint8Array(data, 0, 1)[0];
    const terminal = new TextDecoder().decode(new Uint8Array(data, 1, length));
    const offset = Number(new DataView(data).getBigUint64(1 + length));
    this.call("output", terminal, offset, new Uint8Array(data, 9 + length));
  }

  call(type, ...facts) {
    for (const handler of this.handlers.get(type) ?? []) handler(...facts);
  }

  greeted(message) {
    this.ready = true;
    this.pause = FIRST_PAUSE;
    this.moves = 0;
    this.stored(message.number);
    for (const { message: kept } of this.waiting) this.transmit(kept);
  }

  stored(number) {
    this.waiting = this.waiting.filter((each) => each.number > number);
    this.changed();
  }

  changed() {
    this.call("waiting", this.waiting);
  }

  lost(event) {
    this.ready = false;
    if (this.left) return;
    if (event.code === TROUBLE) return this.call("stopped");
    if (!this.opened) this.askWhy();
    const seconds = event.code === MOVED ? Math.min(0.1 * 1.5 ** this.moves++, LONGEST_MOVE) : this.pause;
    this.pause = Math.min(this.pause * 1.7, LONGEST_PAUSE);
    this.call("lost", { again: performance.now() + seconds * 1000, moving: event.code === MOVED });
    this.timer = setTimeout(() => this.open(), seconds * 1000);
  }

  /** A refused handshake looks like a lost connection; the page itself knows whether we are still signed in. */
  async askWhy() {
    const page = await fetch(location.pathname, { method: "HEAD", redirect: "manual" }).catch(() => null);
    if (page && !page.ok) {
      clearTimeout(this.timer);
      this.call("ended");
    }
  }

  leave() {
    this.left = true;
    this.socket?.close();
  }
}
