import { describe, expect, it } from "vitest";
import { launchOf } from "./launch.ts";

const query = "?instance_id=i-1-gc-2-3&custom_id=note&frame_id=f&platform=mobile&guild_id=2&channel_id=3";

describe("how the page was opened", () => {
  it("is an Activity where Discord names frame, instance and platform", () => {
    expect(launchOf(query)).toEqual({ instanceId: "i-1-gc-2-3", platform: "mobile", customId: "note" });
    expect(launchOf("?frame_id=f&instance_id=i&platform=desktop")?.customId).toBeNull();
  });

  it.each([
    "",
    "?",
    query.replace("frame_id=f", "frame_id="),
    query.replace("instance_id", "instance"),
    query.replace("platform=mobile", "platform=web"),
    query.replace("&platform=mobile", ""),
  ])("is a browser's tab with %j", (search) => {
    expect(launchOf(search)).toBeNull();
  });
});
