/** The code of keys that went to the input method. */
const composingKeyCode = 229;

/** The key is for the input method. Safari says the last one, which ends the composition, only by its code. */
export function isComposing(event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === composingKeyCode;
}
