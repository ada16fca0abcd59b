/** Model of the limits on requests and connections that a workload accepts, by caller. It does not count anything. */
@NullMarked
package dev.weft.policy.limit;

import org.jspecify.annotations.NullMarked;
