/**
 * The operator's door: gRPC on a Unix socket in the state directory, for those who may read and write that directory.
 */
@NullMarked
package dev.weft.control.operator;

import org.jspecify.annotations.NullMarked;
