/** Texts that people type or read: durations, addresses, times, and guesses for misspelled words. */
@NullMarked
package dev.weft.daemon.text;

import org.jspecify.annotations.NullMarked;
