/**
 * Answers operators' questions about what the objects of a mesh mean: who may call whom, what may be called outside,
 * where requests go. The same code answers from files and from a running mesh.
 */
@NullMarked
package dev.weft.control.explain;

import org.jspecify.annotations.NullMarked;
