// Who somebody is and where they are: OAuth2, users, activity instances, pictures.
import { APPLICATION } from "./application.ts";
import { bearerOf, type Call, isBot, note } from "./call.ts";
import { type DiscordUser, wireUser } from "./people.ts";
import { avatarPicture } from "./picture.ts";
import { answer, REFUSALS } from "./refusals.ts";
import { ACCESS_TOKEN_MS } from "./state.ts";

const INSTANCE_ID = /^i-\d+-(?:gc-\d+-\d+|pc-\d+)$/;

function oauthRefusal(status: number, error: string, description?: string): Response {
  return answer(status, description === undefined ? { error } : { error, error_description: description });
}

function basicOf(header: string | null): readonly [string, string] | null {
  const encoded = /^Basic (\S+)$/.exec(header ?? "")?.[1];
  if (encoded === undefined) return null;
  const [id = "", ...secret] = Buffer.from(encoded, "base64").toString().split(":");
  return [id, secret.join(":")];
}

/** POST /oauth2/token */
export async function exchangeCode(call: Call): Promise<Response> {
  const { request, state } = call;
  if (request.headers.get("Content-Type")?.split(";")[0] !== "application/x-www-form-urlencoded") {
    note(call, "the token is asked for with application/x-www-form-urlencoded");
    return oauthRefusal(400, "invalid_request");
  }
  const form = new URLSearchParams(await request.text());
  const [clientId, clientSecret] = basicOf(request.headers.get("Authorization")) ?? [
    form.get("client_id"),
    form.get("client_secret"),
  ];
  if (clientId !== APPLICATION.applicationId || clientSecret !== APPLICATION.clientSecret) {
    return oauthRefusal(401, "invalid_client");
  }
  if (form.get("grant_type") !== "authorization_code") {
    note(call, `grant_type is ${form.get("grant_type") ?? "missing"}`);
    return oauthRefusal(400, "unsupported_grant_type", "Grant type None is not supported");
  }
  const code = state.codes.get(form.get("code") ?? "");
  const isGood = code !== undefined && !code.isUsed && code.expiresAtMs > state.nowMs();
  if (!isGood || code.applicationId !== clientId) {
    return oauthRefusal(400, "invalid_grant", 'Invalid "code" in request.');
  }
  code.isUsed = true;
  const { userId, applicationId, scopes } = code;
  return answer(200, {
    token_type: "Bearer",
    access_token: state.issueToken({ userId, applicationId, scopes }),
    expires_in: ACCESS_TOKEN_MS / 1000,
    refresh_token: state.secret(),
    scope: scopes.join(" "),
  });
}

function meOf(user: DiscordUser): Readonly<Record<string, unknown>> {
  return {
    ...wireUser(user),
    mfa_enabled: false,
    locale: user.locale,
    premium_type: 0,
    banner: null,
    accent_color: null,
  };
}

/** GET /users/@me */
export function me(call: Call): Response {
  const token = bearerOf(call);
  const user = token === null ? undefined : call.state.users.get(token.userId);
  if (token === null || user === undefined || !token.scopes.includes("identify")) return REFUSALS.unauthorized();
  return answer(200, meOf(user));
}

/** What Discord tells of the application; also in the answer to AUTHENTICATE. */
export const PUBLIC_APPLICATION = {
  id: APPLICATION.applicationId,
  name: APPLICATION.name,
  icon: null,
  description: "",
  type: null,
  flags: 0,
  flags_new: "0",
  bot_public: true,
  bot_require_code_grant: false,
  verify_key: APPLICATION.publicKey,
} as const;

/** GET /oauth2/@me */
export function authorization(call: Call): Response {
  const token = bearerOf(call);
  const user = token === null ? undefined : call.state.users.get(token.userId);
  if (token === null || user === undefined) return REFUSALS.unauthorized();
  const { scopes, expiresAtMs, applicationId } = token;
  return answer(200, {
    application: { ...PUBLIC_APPLICATION, id: applicationId },
    scopes,
    expires: new Date(expiresAtMs).toISOString(),
    ...(scopes.includes("identify") ? { user: wireUser(user) } : {}),
  });
}

/** GET /applications/{application}/activity-instances/{instance} */
export function activityInstance(call: Call): Response {
  const [applicationId, instanceId = ""] = call.params;
  if (!isBot(call)) return REFUSALS.unauthorized();
  if (applicationId !== APPLICATION.applicationId) return REFUSALS.notYourApplication();
  if (!INSTANCE_ID.test(instanceId))
    note(call, `"${instanceId}" is no instance, and went into a request with the bot token`);
  const instance = call.state.instances.get(instanceId);
  if (instance === undefined) return REFUSALS.notFound();
  const { id, launchId, channel, users } = instance;
  const place = { channel_id: channel.id };
  return answer(200, {
    application_id: APPLICATION.applicationId,
    instance_id: id,
    launch_id: launchId,
    location:
      channel.guildId === null
        ? { id: `pc-${channel.id}`, kind: "pc", ...place }
        : { id: `gc-${channel.guildId}-${channel.id}`, kind: "gc", ...place, guild_id: channel.guildId },
    users,
  });
}

/** GET /avatars/{user}/{hash}.png, at the CDN */
export function avatar(call: Call): Response {
  const [userId = "", hash = ""] = call.params;
  const user = call.state.users.get(userId);
  if (user === undefined || user.avatar !== hash) return new Response(null, { status: 404 });
  const picture = new Uint8Array(avatarPicture(userId));
  return new Response(picture, { headers: { "Content-Type": "image/png", "Content-Length": String(picture.length) } });
}

/** GET /attachments/{channel}/{attachment}/{name}, at the CDN */
export function attachment(call: Call): Response {
  const file = call.state.files.get(call.params.join("/"));
  if (file === undefined) return new Response(null, { status: 404 });
  return new Response(new Uint8Array(file.bytes), { headers: { "Content-Type": file.type } });
}
