/** Starts programs of the container image by their file names, without a shell. */
@NullMarked
package dev.weft.daemon.launch;

import org.jspecify.annotations.NullMarked;
