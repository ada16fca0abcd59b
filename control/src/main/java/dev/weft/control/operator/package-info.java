/**
 * The operator's door: gRPC on a Unix socket in the state directory, for whoever may read and write that directory.
 */
@NullMarked
package dev.weft.control.operator;

import org.jspecify.annotations.NullMarked;
