/** Explains step by step why a decision was made, for people. */
@NullMarked
package dev.weft.policy.explain;

import org.jspecify.annotations.NullMarked;
