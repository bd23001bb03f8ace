/** Part of every engine's name: another number has every picture read again. Raise it when what is read changes. */
export const READING_VERSION = 3;
