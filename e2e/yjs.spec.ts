// Other editors: the y-websocket provider from npm, unmodified and in this process, beside the app in a browser.
import { expect, test } from "@playwright/test";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { NoteScreen } from "./screens/note-screen.ts";

interface Editor {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly provider: WebsocketProvider;
  /** "<code> <reason>" of the end after which it makes no further try. */
  readonly ended: Promise<string>;
}

/** An editor that comes by the address of a share link. */
function openEditor(origin: string, url: string, doc = new Y.Doc()): Editor {
  const { pathname, hash } = new URL(url);
  const [noteId = "", linkId = ""] = pathname.split("/").slice(2);
  const token = hash === "" ? linkId : `${linkId}.${hash.slice(1)}`;
  const provider = new WebsocketProvider(`${origin.replace(/^http/, "ws")}/yjs`, noteId, doc, {
    protocols: ["y", `t.${token}`],
    disableBc: true,
  });
  const ended = new Promise<string>((resolve) =>
    provider.on("closed", ({ code, reason }) => resolve(`${code} ${reason}`)),
  );
  return { doc, text: doc.getText("text"), provider, ended };
}

/** A relative position behind the last letter. */
const END = { type: null, tname: "text", item: null, assoc: 0 };

const editors: Editor[] = [];

function open(...args: Parameters<typeof openEditor>): Editor {
  const editor = openEditor(...args);
  editors.push(editor);
  return editor;
}

test.afterEach(() => {
  for (const { provider, doc } of editors.splice(0)) {
    provider.destroy();
    provider.awareness.destroy();
    doc.destroy();
  }
});

async function expectText({ text }: Editor, expected: string): Promise<void> {
  await expect.poll(() => text.toString()).toBe(expected);
}

test("the app and a y-websocket provider write one note together and see each other's names and carets", async ({
  browser,
  baseURL,
}) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  await ana.newNote();
  await ana.write("Cabin weekend");
  await ana.expectSaved();
  const kate = open(origin, await ana.copyLink("edit"));
  await expectText(kate, "Cabin weekend");

  kate.text.insert(0, "The ");
  await ana.expectText("The Cabin weekend");
  await ana.write(" in June");
  await expectText(kate, "The Cabin weekend in June");

  const caret = Y.createRelativePositionFromTypeIndex(kate.text, 4);
  kate.provider.awareness.setLocalState({
    user: { name: "Kate Moss", color: "#30bced" },
    cursor: { anchor: caret, head: caret },
  });
  await expect(ana.people()).toHaveCount(2);
  await expect(ana.editor.locator(".reed-flag")).toHaveText("Kate Moss");
  const others = () =>
    [...kate.provider.awareness.getStates()]
      .filter(([client]) => client !== kate.doc.clientID)
      .map(([, state]) => state);
  await expect.poll(others).toEqual([
    {
      user: { name: expect.stringMatching(/^\S+ \S+$/), color: expect.stringMatching(/^#[0-9a-f]{6}$/) },
      cursor: { anchor: END, head: END },
    },
  ]);

  await Promise.all([ana.write("!"), Promise.resolve(kate.text.insert(0, "> "))]);
  await ana.expectText("> The Cabin weekend in June!");
  await expectText(kate, "> The Cabin weekend in June!");
  kate.provider.destroy();
  await expect(ana.people()).toHaveCount(1);
  await ana.expectSaved();
  await ana.page.reload();
  await ana.expectText("> The Cabin weekend in June!");
});

test("a viewer's provider reads and can't change the note", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  await ana.newNote();
  await ana.write("Only to read");
  await ana.expectSaved();
  const eve = open(origin, await ana.copyLink("view"));
  await expectText(eve, "Only to read");
  eve.text.insert(0, "nonsense ");
  eve.text.delete(9, 4);
  await ana.write(", live");
  await expectText(eve, "nonsense  to read, live");
  expect(eve.provider.wsconnected).toBe(true);
  await ana.expectText("Only to read, live");
  await ana.page.reload();
  await ana.expectText("Only to read, live");
});

test("a provider that comes back with what two clientIDs wrote offline loses nothing", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  await ana.newNote();
  await ana.write("List");
  await ana.expectSaved();
  const url = await ana.copyLink("edit");
  const kate = open(origin, url);
  await expectText(kate, "List");
  kate.provider.disconnect();
  kate.text.insert(4, ": tea");
  // The same person in another tab of that time, whose document was merged on the device.
  const tab = new Y.Doc();
  Y.applyUpdate(tab, Y.encodeStateAsUpdate(kate.doc));
  tab.getText("text").insert(0, "My ");
  tab.getText("text").delete(3, 1);
  Y.applyUpdate(kate.doc, Y.encodeStateAsUpdate(tab));
  await ana.write(" of wishes");
  await ana.expectSaved();
  kate.provider.connect();
  await expect.poll(() => ana.text()).toMatch(/^My ist.*wishes/);
  await expectText(kate, await ana.text());
  expect(kate.text.toString()).toContain(": tea");
  kate.text.insert(0, "# ");
  await expect.poll(() => ana.text()).toMatch(/^# My ist/);
  const late = open(origin, url);
  await expectText(late, kate.text.toString());
});

test("revoking the link cuts a provider off for good", async ({ browser, baseURL }) => {
  const origin = baseURL ?? "";
  const ana = await NoteScreen.meet(browser, origin);
  await ana.newNote();
  await ana.write("Ours for now");
  await ana.expectSaved();
  const kate = open(origin, await ana.copyLink("edit"));
  await expectText(kate, "Ours for now");
  await ana.page.getByRole("button", { name: "Share", exact: true }).click();
  await ana.page
    .getByRole("dialog", { name: "Share" })
    .getByRole("list", { name: "Links" })
    .getByRole("button", { name: /revoke/i })
    .first()
    .click();
  expect(await kate.ended).toBe("4403 access_ended");
  expect(kate.provider.shouldConnect).toBe(false);
  kate.text.insert(0, "not any more ");
  await ana.page.keyboard.press("Escape");
  await ana.expectText("Ours for now");
});
