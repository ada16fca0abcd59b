/**
 * A mesh on one machine: network namespaces as pods. {@code launch} brings one up and down, {@code inspect} looks at one and
 * enters it, both from the host; {@code supervisor} runs inside the mesh's namespaces; {@code state} is the directory in
 * which the two sides meet.
 */
@NullMarked
package dev.weft.local;

import org.jspecify.annotations.NullMarked;
