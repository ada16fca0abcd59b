/**
 * Reads a link as an eavesdropper would: takes the packets of a capture, puts the byte streams together that they
 * carry, and looks for what can be read in the streams.
 */
@NullMarked
package dev.weft.cli.demo.wire;

import org.jspecify.annotations.NullMarked;
