/**
 * Finds what of a mesh's objects means nothing, or something other than it seems to: from files alone, without a mesh, or of one
 * that runs.
 */
@NullMarked
package dev.weft.control.analyze;

import org.jspecify.annotations.NullMarked;
