/** Data that waits for a receiver. */
@NullMarked
package dev.weft.proxy.pieces;

import org.jspecify.annotations.NullMarked;
