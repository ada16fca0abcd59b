/**
 * Listeners: which callers count as one, how many connections may come, and what happens if the kernel accepts no more
 * connections.
 */
@NullMarked
package dev.weft.daemon.listen;

import org.jspecify.annotations.NullMarked;
