/** Links meshes of this machine, so that their workloads can reach each other. */
@NullMarked
package dev.weft.local.link;

import org.jspecify.annotations.NullMarked;
