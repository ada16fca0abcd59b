/** How many requests and connections of whom a workload takes: what is said of it, no counting. */
@NullMarked
package dev.weft.policy.limit;

import org.jspecify.annotations.NullMarked;
