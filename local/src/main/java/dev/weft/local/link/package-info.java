/** Linking meshes of this machine, so that the workloads of one reach those of another. */
@NullMarked
package dev.weft.local.link;

import org.jspecify.annotations.NullMarked;
