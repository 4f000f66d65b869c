// What both draw: a title, three tasks, a paragraph and code.
export const TASKS = ["Bread, cheese, the good olives", "Sleeping bags (3)", "Charcoal and matches"];
export const PROSE = "We meet on Thursday at seven, at Jon's.";
export const CODE = "npm run build";
export const BODY = `${TASKS.map((task) => `- [ ] ${task}`).join("\n")}\n\n${PROSE}\n\n\`\`\`\n${CODE}\n\`\`\``;
