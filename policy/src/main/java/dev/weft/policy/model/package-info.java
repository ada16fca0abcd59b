/** The authorization language as immutable values: policies, sources, conditions, defaults. */
@NullMarked
package dev.weft.policy.model;

import org.jspecify.annotations.NullMarked;
