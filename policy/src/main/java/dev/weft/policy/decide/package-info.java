/** Policies compiled for one workload, and the decision on one connection: the same code in the proxy and in the command. */
@NullMarked
package dev.weft.policy.decide;

import org.jspecify.annotations.NullMarked;
