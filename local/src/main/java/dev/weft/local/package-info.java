/**
 * A mesh on one machine, with network namespaces as pods. {@code launch} starts and stops a mesh, {@code inspect}
 * examines and enters it; both run on the host. {@code supervisor} runs inside the mesh's namespaces. {@code state} is
 * the directory that both sides share.
 */
@NullMarked
package dev.weft.local;

import org.jspecify.annotations.NullMarked;
