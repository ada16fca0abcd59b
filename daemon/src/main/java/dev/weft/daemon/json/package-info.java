/** Reads and writes JSON (RFC 8259) for pages, log lines and state files. */
@NullMarked
package dev.weft.daemon.json;

import org.jspecify.annotations.NullMarked;
