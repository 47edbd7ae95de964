// A mail server that takes mail and keeps it: as much of SMTP (RFC 5321) as one client needs, and of MIME as our mails have.
import { createServer, type Socket } from "node:net";

/** A mail as a mail program shows it. */
export interface Mail {
  to: string;
  subject: string;
  headers: Map<string, string>;
  text: string;
  html: string;
}

export interface Postbox {
  /** For DIMMER_SMTP_URL. */
  url: string;
  /** Addresses for which it takes no mail; empty at the beginning. */
  refused: Set<string>;
  /** Everything that has arrived. */
  mails: Mail[];
  /** Waits for a mail to an address whose subject fits, and takes it out. */
  take(to: string, subject: RegExp): Promise<Mail>;
  close(): Promise<void>;
}

const arrivesWithin = 40_000; // ms; the program looks once a second, and waits 10 s with what may be taken back

/** Opens a postbox on a free port of this machine. */
export async function openPostbox(): Promise<Postbox> {
  const mails: Mail[] = [];
  const refused = new Set<string>();
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    serve(socket, refused, (to, raw) => {
      mails.push(read(to, raw));
      for (const look of waiting) look();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the postbox has no port");
  const take = async (to: string, subject: RegExp): Promise<Mail> => {
    const until = Date.now() + arrivesWithin;
    for (;;) {
      const at = mails.findIndex((mail) => mail.to === to && subject.test(mail.subject));
      if (at >= 0) return mails.splice(at, 1)[0]!;
      const left = until - Date.now();
      if (left <= 0) throw new Error(`No mail to ${to} about ${subject}; there are: ${mails.map((m) => `${m.to}: ${m.subject}`).join(" | ") || "none"}`);
      await new Promise<void>((resolve) => {
        const look = () => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        const timer = setTimeout(look, left);
        waiting.add(look);
      });
    }
  };
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    refused,
    mails,
    take,
    close: () =>
      new Promise((closed) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => closed());
      }),
  };
}

/** Talks to one client. */
function serve(socket: Socket, refused: ReadonlySet<string>, took: (to: string, raw: string) => void): void {
  let unread = "";
  let to = "";
  let body: string[] | undefined; // while a mail comes
  const say = (line: string) => socket.write(`${line}\r\n`);
  say("220 postbox.example");
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    unread += chunk;
    for (let end = unread.indexOf("\r\n"); end >= 0; end = unread.indexOf("\r\n")) {
      const line = unread.slice(0, end);
      unread = unread.slice(end + 2);
      if (body) {
        if (line !== ".") {
          body.push(line.replace(/^\./, ""));
          continue;
        }
        took(to, body.join("\r\n"));
        body = undefined;
        say("250 taken");
        continue;
      }
      const command = line.slice(0, 4).toUpperCase();
      if (command === "RCPT") to = /<(.*?)>/.exec(line)?.[1] ?? "";
      if (command === "RCPT" && refused.has(to)) say("550 5.1.1 no such mailbox");
      else if (command === "DATA") {
        body = [];
        say("354 go on");
      } else if (command === "QUIT") {
        say("221 bye");
        socket.end();
      } else {
        say("250 postbox.example");
      }
    }
  });
}

/** Takes a mail apart. */
function read(to: string, raw: string): Mail {
  const [head, ...rest] = raw.split("\r\n\r\n");
  const headers = headersOf(head!);
  const boundary = /boundary="?([^";\s]+)"?/.exec(headers.get("content-type") ?? "")?.[1];
  const mail: Mail = { to, subject: words(headers.get("subject") ?? ""), headers, text: "", html: "" };
  for (const part of rest.join("\r\n\r\n").split(`--${boundary}`)) {
    const [partHead, ...partBody] = part.replace(/^\r\n/, "").split("\r\n\r\n");
    const type = headersOf(partHead!).get("content-type") ?? "";
    const body = unquote(partBody.join("\r\n\r\n")).toString("utf8").replaceAll("\r\n", "\n");
    if (type.startsWith("text/plain")) mail.text = body;
    if (type.startsWith("text/html")) mail.html = body;
  }
  return mail;
}

function headersOf(head: string): Map<string, string> {
  const lines = head.replaceAll(/\r\n[ \t]+/g, " ").split("\r\n");
  return new Map(lines.filter((line) => line.includes(":")).map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
}

/** Quoted-printable (RFC 2045). */
function unquote(text: string): Buffer {
  const bytes: number[] = [];
  const joined = text.replaceAll("=\r\n", "");
  for (let i = 0; i < joined.length; i++) {
    const code = joined[i] === "=" ? Number.parseInt(joined.slice(i + 1, i + 3), 16) : Number.NaN;
    if (Number.isNaN(code)) bytes.push(...Buffer.from(joined[i]!, "utf8"));
    else {
      bytes.push(code);
      i += 2;
    }
  }
  return Buffer.from(bytes);
}

/** Encoded words of a header (RFC 2047). */
function words(text: string): string {
  return text.replaceAll(/\?=\s+=\?/g, "?==?").replaceAll(/=\?utf-8\?([qb])\?(.*?)\?=/gi, (_, how: string, encoded: string) => {
    const bytes = how.toLowerCase() === "b" ? Buffer.from(encoded, "base64") : unquote(encoded.replaceAll("_", " "));
    return bytes.toString("utf8");
  });
}
