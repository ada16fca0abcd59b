/** Starting a program of the container image by its name there, with the kernel in the place of a shell. */
@NullMarked
package dev.weft.daemon.launch;

import org.jspecify.annotations.NullMarked;
