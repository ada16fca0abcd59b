/** What policy sees of one HTTP or gRPC request, and the one form in which it sees a path. */
@NullMarked
package dev.weft.policy.request;

import org.jspecify.annotations.NullMarked;
