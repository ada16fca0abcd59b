/**
 * The objects that describe a mesh, and where they come from. A {@link dev.weft.mesh.registry.Registry} hands out immutable snapshots; today's is files of YAML.
 */
@NullMarked
package dev.weft.control.registry;

import org.jspecify.annotations.NullMarked;
