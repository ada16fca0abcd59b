/** What one change of the registry costs a control plane, in meshes of different sizes. */
@NullMarked
package dev.weft.bench.registry;

import org.jspecify.annotations.NullMarked;
