/**
 * Looking at a link the way an eavesdropper would: packets from a capture, put together to the byte streams that they carry, and
 * what can be read in those.
 */
@NullMarked
package dev.weft.cli.demo.wire;

import org.jspecify.annotations.NullMarked;
