/** The event loops that all connections of a proxy belong to. */
@NullMarked
package dev.weft.proxy.loop;

import org.jspecify.annotations.NullMarked;
