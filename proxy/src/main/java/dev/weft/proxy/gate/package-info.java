/** Limits how many of something each caller may have at a time. */
@NullMarked
package dev.weft.proxy.gate;

import org.jspecify.annotations.NullMarked;
