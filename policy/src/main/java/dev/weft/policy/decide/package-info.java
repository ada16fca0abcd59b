/**
 * Policies compiled for one workload, and the decision on one connection. The proxy and the command line use the same
 * code.
 */
@NullMarked
package dev.weft.policy.decide;

import org.jspecify.annotations.NullMarked;
