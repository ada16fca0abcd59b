/** Exchange between the replicas of one control plane: which sidecars each serves, and what these have acknowledged. */
@NullMarked
package dev.weft.control.replica;

import org.jspecify.annotations.NullMarked;
