/**
 * Connections of the application: where they were meant to go, the endpoint chosen, and how it is reached.
 */
@NullMarked
package dev.weft.proxy.outbound;

import org.jspecify.annotations.NullMarked;
