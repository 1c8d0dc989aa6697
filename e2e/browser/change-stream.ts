import type { Page } from '@playwright/test';

type Message = Readonly<Record<string, unknown>>;

/** Passes the stream through, but replaces messages of these types by the result of `change`. */
export async function changeStream(page: Page, types: readonly unknown[], change: (message: Message) => readonly Message[]): Promise<void> {
  await page.routeWebSocket(/\/api\/stream$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((data) => {
      const message = typeof data === 'string' ? (JSON.parse(data) as Message) : null;
      if (message === null || !types.includes(message['type'])) socket.send(data);
      else for (const each of change(message)) socket.send(JSON.stringify(each));
    });
  });
}
