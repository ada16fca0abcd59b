/** Tasks that run periodically. */
@NullMarked
package dev.weft.daemon.schedule;

import org.jspecify.annotations.NullMarked;
