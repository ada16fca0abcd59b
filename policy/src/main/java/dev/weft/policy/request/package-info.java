/** The parts of an HTTP or gRPC request that policy looks at, and the normal form of its path. */
@NullMarked
package dev.weft.policy.request;

import org.jspecify.annotations.NullMarked;
