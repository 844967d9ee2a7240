/* Places that messages go to: a webhook and a mail server of our own, which can be out of order. */
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import type { Json } from './client.js';

export interface Sinks {
  hooks: Json[];
  slack: Json[];
  mails: string[];
  isDown: boolean;
  environment: Record<string, string>;
  stop: () => void;
}

function port(address: unknown): number {
  return (address as AddressInfo).port;
}

/** As much SMTP (RFC 5321) as a client of one mail needs. */
function serveMail(socket: Socket, sinks: Sinks): void {
  let text = '';
  let mail: string | undefined;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const hear = (line: string) => {
    if (mail !== undefined) {
      mail += line === '.' ? '' : `${line}\n`;
      if (line === '.') {
        sinks.mails.push(mail);
        mail = undefined;
        say('250 kept');
      }
    } else if (/^EHLO/i.test(line)) {
      say('250 sink');
    } else if (/^DATA/i.test(line)) {
      mail = '';
      say('354 go on');
    } else if (/^QUIT/i.test(line)) {
      say('221 bye');
      socket.end();
    } else {
      say('250 fine');
    }
  };
  socket.on('error', () => socket.destroy());
  if (sinks.isDown) {
    socket.end('421 out of order\r\n');
    return;
  }
  say('220 sink');
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      hear(line);
    }
  });
}

export async function startSinks(): Promise<Sinks> {
  const sinks: Sinks = { hooks: [], slack: [], mails: [], isDown: false, environment: {}, stop: () => undefined };
  const http = createHttp((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      if (!sinks.isDown) {
        (request.url === '/slack' ? sinks.slack : sinks.hooks).push(JSON.parse(body));
      }
      response.writeHead(sinks.isDown ? 500 : 200).end('ok');
    });
  });
  const smtp = createTcp((socket) => serveMail(socket, sinks));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${port(http.address())}`;
  sinks.environment = {
    ALERT_WEBHOOK_URL: `${url}/hook`,
    SLACK_WEBHOOK_URL: `${url}/slack`,
    SMTP_URL: `smtp://127.0.0.1:${port(smtp.address())}`,
    SMTP_PLAIN: 'on',
    ALERT_MAIL_TO: 'ops@example.org',
    OUTGOING_ALLOW: '127.0.0.0/8',
    ENVIRONMENT: 'test',
  };
  sinks.stop = () => {
    http.close();
    http.closeAllConnections();
    smtp.close();
  };
  return sinks;
}
