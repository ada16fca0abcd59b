/**
 * Sources of the objects of a mesh. A {@link dev.weft.mesh.registry.Registry} returns immutable snapshots and reports
 * changes. Its implementations are in other modules.
 */
@NullMarked
package dev.weft.mesh.registry;

import org.jspecify.annotations.NullMarked;
