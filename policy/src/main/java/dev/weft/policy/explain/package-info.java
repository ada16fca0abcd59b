/** Why a decision is what it is, step by step, for people. */
@NullMarked
package dev.weft.policy.explain;

import org.jspecify.annotations.NullMarked;
