/**
 * Where the objects of a mesh come from. A {@link dev.weft.mesh.registry.Registry} hands out immutable snapshots and tells of changes; its implementations live in other modules.
 */
@NullMarked
package dev.weft.mesh.registry;

import org.jspecify.annotations.NullMarked;
