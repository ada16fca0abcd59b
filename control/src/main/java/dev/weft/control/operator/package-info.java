/**
 * The operator's interface: gRPC on a Unix socket in the state directory, for users who may read and write that
 * directory.
 */
@NullMarked
package dev.weft.control.operator;

import org.jspecify.annotations.NullMarked;
