/** The log of a process: one JSON object a line, on standard error. */
@NullMarked
package dev.weft.daemon.log;

import org.jspecify.annotations.NullMarked;
