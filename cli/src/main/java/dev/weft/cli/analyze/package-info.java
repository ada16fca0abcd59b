/**
 * Finds what of a mesh's files means nothing, or something other than it seems to: from the files alone, without a mesh.
 */
@NullMarked
package dev.weft.cli.analyze;

import org.jspecify.annotations.NullMarked;
