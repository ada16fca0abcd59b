/** Writes the status of Weft's kinds and of routes: whether an object is valid, and what it applies to. */
@NullMarked
package dev.weft.kubernetes.status;

import org.jspecify.annotations.NullMarked;
