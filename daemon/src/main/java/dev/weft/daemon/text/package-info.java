/** Texts that people type or read: durations, addresses, and what somebody meant who wrote another word. */
@NullMarked
package dev.weft.daemon.text;

import org.jspecify.annotations.NullMarked;
