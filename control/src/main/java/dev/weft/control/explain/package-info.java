/**
 * What the objects of a mesh mean, asked by an operator: who may call whom, what is called outside, where requests go. Answered from the
 * objects of files and of a mesh that runs by the same code.
 */
@NullMarked
package dev.weft.control.explain;

import org.jspecify.annotations.NullMarked;
