/** The delta stream to each proxy: what it is sent, what it holds, and when its stream ends. */
@NullMarked
package dev.weft.control.watch;

import org.jspecify.annotations.NullMarked;
