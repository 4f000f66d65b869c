// The physical limit: an object that hands every frame to every other socket, one frame for one message, and keeps nothing.
import { DurableObject } from "cloudflare:workers";

export class Relay extends DurableObject {
  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(socket, message) {
    for (const other of this.ctx.getWebSockets()) if (other !== socket) other.send(message);
  }

  webSocketClose() {}
}

export default {
  fetch(request, env) {
    const room = new URL(request.url).pathname;
    if (request.headers.get("Upgrade") !== "websocket") return new Response("ok");
    return env.RELAY.get(env.RELAY.idFromName(room)).fetch(request);
  },
};
