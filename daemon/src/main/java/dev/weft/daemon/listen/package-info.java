/** Listeners: who counts as one client, how many may come, and what happens where the kernel gives no more connections. */
@NullMarked
package dev.weft.daemon.listen;

import org.jspecify.annotations.NullMarked;
