// `node scripts/open-generation.ts <origin> <noteId>`: after a note's storage was brought back from a backup. docs/operations.md
// says when. The secret comes from the environment, so that it is in no shell's history.
import process from "node:process";

const [origin, noteId] = process.argv.slice(2);
const token = process.env["ADMIN_TOKEN"];
if (origin === undefined || noteId === undefined || token === undefined) {
  console.error("ADMIN_TOKEN=… node scripts/open-generation.ts <origin> <noteId>");
  process.exit(2);
}

const response = await fetch(new URL(`/api/admin/notes/${noteId}/generations`, origin), {
  method: "POST",
  headers: { "Content-Type": "application/json", Authorization: `Reed-Admin ${token}` },
  body: JSON.stringify({ reason: "restored" }),
});
console.log(response.status, await response.text());
process.exit(response.ok ? 0 : 1);
