/** The admin pages of a process, over TCP and over a Unix socket. */
@NullMarked
package dev.weft.daemon.admin;

import org.jspecify.annotations.NullMarked;
