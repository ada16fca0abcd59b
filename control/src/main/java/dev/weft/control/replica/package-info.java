/** What the replicas of one control plane tell each other: which sidecars each serves, and what they have acknowledged. */
@NullMarked
package dev.weft.control.replica;

import org.jspecify.annotations.NullMarked;
