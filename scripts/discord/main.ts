// `npm run discord`: Reed and a Discord around it, on this machine, until Ctrl-C. Environment: PORT, REED_STATE, as for `npm start`.
import path from "node:path";
import process from "node:process";
import { registerCommands } from "../operator/register-commands.ts";
import { ROOT } from "../root.ts";
import { isPortTaken, type Server, startServer } from "../server.ts";
import { APPLICATION } from "./application.ts";
import { HOST_ORIGIN, LocalDiscord, PEOPLE } from "./local-discord.ts";

const API_PORT = 3334;
const PROXY_PORT = 3335;

function giveUp(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** Something to try things on. */
function furnish(discord: LocalDiscord): void {
  const [ann, bob, cleo] = PEOPLE.map((name) => discord.user(name));
  const [general] = ["general", "plans", "@bob"].map((name) => discord.channel(name));
  if (ann === undefined || bob === undefined || cleo === undefined || general === undefined) return;
  discord.say(bob, general, "Who brings what on Saturday?");
  discord.say(cleo, general, "Bread, olives and the big blanket.\nAnn has the tickets.");
  discord.say(ann, general, "Let's write it down before we forget.");
}

function howToUse(port: number): string {
  const only = (user: string, more = ""): string => `${HOST_ORIGIN}/?user=${user}&channel=general${more}`;
  return [
    "",
    "A local Discord is running around Reed (Ctrl-C ends both).",
    "",
    `  Ann and Bob side by side    ${HOST_ORIGIN}`,
    `  Ann alone                   ${only("ann")}`,
    `  Ann on a telephone          ${only("ann", "&platform=mobile")}`,
    `  A direct message            ${HOST_ORIGIN}/?user=ann&user=bob&channel=@bob`,
    `  Reed without Discord        http://localhost:${port}`,
    "",
    'Press "Open Reed", type / for its commands, or take a message with "Turn into note".',
    "",
  ].join("\n");
}

const port = Number(process.env["PORT"] ?? 8787);
if (!Number.isInteger(port) || port < 1 || port > 65_535) giveUp(`${process.env["PORT"] ?? ""} is no port number.`);
const stateDir = path.resolve(ROOT, process.env["REED_STATE"] ?? ".wrangler/state");
const { port: hostPort } = new URL(HOST_ORIGIN);

for (const wanted of [port, Number(hostPort), API_PORT, PROXY_PORT]) {
  if (await isPortTaken(wanted)) giveUp(`Port ${wanted} is taken by another program.`);
}

let discord: LocalDiscord | null = null;
let starting: Promise<Server> | null = null;
let isStopping = false;

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  // A server that is still starting is waited for: its processes would outlive this one.
  const server = await starting?.catch(() => null);
  await Promise.all([server?.stop(), discord?.stop()]);
  process.exit(0);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());

try {
  discord = await LocalDiscord.start({
    appUrl: `http://127.0.0.1:${port}`,
    apiPort: API_PORT,
    hostPort: Number(hostPort),
    proxyPort: PROXY_PORT,
  });
  furnish(discord);
  const { applicationId, botToken } = APPLICATION;
  await registerCommands({ applicationId, botToken, api: discord.api.api });
  starting = startServer({ port, stateDir, vars: discord.variables() });
  const server = await starting;
  // The first request is the slowest, and should not be a person's.
  await discord.interact({ act: { type: "ping" }, user: discord.user("ann"), channel: discord.channel("general") });
  if (!isStopping) console.log(howToUse(port));
  let told = 0;
  const telling = setInterval(() => {
    for (const { at, problem } of discord?.violations.slice(told) ?? [])
      console.warn(`not as Discord wants it: ${at}: ${problem}`);
    told = discord?.violations.length ?? 0;
  }, 1000);
  await server.gone;
  clearInterval(telling);
  if (!isStopping) giveUp(`Reed stopped by itself; what it said is in ${server.logFile}.`);
} catch (error) {
  await discord?.stop();
  giveUp(`The local Discord did not start: ${error instanceof Error ? error.message : String(error)}.`);
}
