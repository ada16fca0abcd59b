/** Checks of a cluster: whether Weft can be installed there, and which of its objects keep pods out of the mesh. */
@NullMarked
package dev.weft.cli.check.platform;

import org.jspecify.annotations.NullMarked;
