// y-partyserver as its documentation sets it up, with hibernation on and no storage.
import { routePartykitRequest } from "partyserver";
import { YServer } from "y-partyserver";

export class Doc extends YServer {
  static options = { hibernate: true };
}

export default {
  async fetch(request, env) {
    return (await routePartykitRequest(request, env)) ?? new Response("ok");
  },
};
