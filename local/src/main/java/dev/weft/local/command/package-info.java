/** Runs system commands and waits for their end. */
@NullMarked
package dev.weft.local.command;

import org.jspecify.annotations.NullMarked;
