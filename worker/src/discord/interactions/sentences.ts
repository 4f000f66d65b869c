// What people in a channel are told in words. None says whether a note is there that the channel may not see.

export const SENTENCES = {
  unknown: "Reed does not know this. It may be of another version.",
  slow: "That took too long. Please try again.",
  not_here: "This note is not shared with this channel, or is there no more.",
  none_found: "No note of this channel is called that.",
  which: "Which note?",
  no_words: "That message has no words to make a note of.",
  not_made: "The note could not be made. Please try again.",
  not_shown: "The note could not be shown. Please try again.",
  deleted: "Your Reed account was deleted, so you can't begin notes with it.",
  too_many: "That is many notes at once. Please wait a little.",
  done: "Every task is done.",
  read_only: "This channel may read the note and not change it.",
  locked: "The owner has locked the text of this note.",
  busy: "The note is busy. Please try again.",
} as const;
