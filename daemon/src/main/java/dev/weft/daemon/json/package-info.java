/** JSON (RFC 8259) of our own: pages, log lines and state files. */
@NullMarked
package dev.weft.daemon.json;

import org.jspecify.annotations.NullMarked;
